package io.github.resilientllm.okhttp.internal.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatEvent.ReasoningDelta;
import io.github.resilientllm.chat.ChatEvent.TextDelta;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Gemini does with its protocol, beyond what the recordings show. */
class GeminiAnswerTest {
  private static final Protocol GEMINI = Collected.gemini("gemini-2.5-flash");

  private static Collected stream(String... payloads) {
    return raw(events(payloads));
  }

  private static Collected raw(String body) {
    return Collected.fromBody(GEMINI, body, /* streaming= */ true);
  }

  private static Collected whole(String body) {
    return Collected.fromBody(GEMINI, body, /* streaming= */ false);
  }

  private static String events(String... payloads) {
    StringBuilder body = new StringBuilder();
    for (String payload : payloads) {
      body.append("data: ").append(payload).append("\r\n\r\n");
    }
    return body.toString();
  }

  private static String candidate(String fields) {
    return "{\"candidates\":[{" + fields + "}]}";
  }

  private static String parts(String... parts) {
    return candidate(
        "\"content\":{\"role\":\"model\",\"parts\":[" + String.join(",", parts) + "]}");
  }

  private static String text(String text) {
    return parts("{\"text\":\"" + text + "\"}");
  }

  private static String finish(String reason) {
    return candidate("\"finishReason\":\"" + reason + "\"");
  }

  private static String call(String fields) {
    return "{\"functionCall\":{" + fields + "}}";
  }

  private static void assertTruncated(Collected got, String text) {
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
    assertThat(got.text.toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "STOP, STOP",
    "MAX_TOKENS, LENGTH",
    "SAFETY, CONTENT_FILTER",
    "RECITATION, CONTENT_FILTER",
    "LANGUAGE, CONTENT_FILTER",
    "BLOCKLIST, CONTENT_FILTER",
    "PROHIBITED_CONTENT, CONTENT_FILTER",
    "SPII, CONTENT_FILTER",
    "MODEL_ARMOR, CONTENT_FILTER",
    "IMAGE_SAFETY, CONTENT_FILTER",
    "IMAGE_PROHIBITED_CONTENT, CONTENT_FILTER",
    "IMAGE_RECITATION, CONTENT_FILTER",
    "IMAGE_OTHER, CONTENT_FILTER",
    "OTHER, OTHER",
    "NO_IMAGE, OTHER",
    "ESCALATION, OTHER",
    "NEW_REASON, OTHER"
  })
  void finishReasonsHaveOneMeaning(String word, FinishReason reason) {
    Collected got = stream(text("a"), finish(word));
    assertThat(got.completion.finishReason()).isEqualTo(reason);
    assertThat(got.completion.vendorFinishReason()).isEqualTo(word);
  }

  @ParameterizedTest
  @CsvSource({
    "MALFORMED_FUNCTION_CALL, TOOL_GENERATION_FAILED",
    "UNEXPECTED_TOOL_CALL, TOOL_GENERATION_FAILED",
    "TOO_MANY_TOOL_CALLS, TOOL_GENERATION_FAILED",
    "MISSING_THOUGHT_SIGNATURE, TOOL_GENERATION_FAILED",
    "MALFORMED_RESPONSE, SERVER_ERROR"
  })
  void someFinishReasonsAreFailures(String word, ErrorKind kind) {
    Collected got = stream(text("a"), finish(word));
    assertThat(got.failure.kind()).isEqualTo(kind);
    assertThat(got.failure).hasMessage("test: the finishReason is " + word);
    assertThat(got.text.toString()).isEqualTo("a");
    assertThat(whole(finish(word)).failure.kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"STOP", "OTHER"})
  void aModelThatStopsBeforeItSaysAnythingHasFailed(String word) {
    assertThat(stream(finish(word)).failure.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
    assertThat(whole(finish(word)).failure.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
    String thought = "{\"text\":\"hm\",\"thought\":true}";
    for (String part : List.of("{\"text\":\"\"}", "{\"thoughtSignature\":\"eA==\"}", thought)) {
      Collected got = stream(parts(part), finish(word));
      assertThat(got.failure.kind()).as(part).isEqualTo(ErrorKind.SERVER_ERROR);
      assertThat(got.failure).hasMessage("test: the answer is empty, finishReason " + word);
    }
  }

  @Test
  void partsThatAreNotReadAreNoAnswer() {
    Collected got = stream(parts("{\"inlineData\":{\"data\":\"eA==\"}}"), finish("STOP"));
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
  }

  @Test
  void whatToolsOfTheVendorFoundIsInput() {
    Collected got =
        stream(
            text("a"),
            "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":"
                + "{\"promptTokenCount\":5,\"toolUsePromptTokenCount\":7}}");
    assertThat(got.completion.usage().inputTokens()).hasValue(12);
  }

  @Test
  void oldModelsSayStopInEveryEvent() {
    String fields = "\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\"";
    assertThat(stream(candidate(fields), candidate(fields)).text.toString()).isEqualTo("aa");
  }

  @Test
  void aBlockedPromptEndsAStreamWithoutCandidates() {
    Collected got = stream("{\"promptFeedback\":{\"blockReason\":\"JAILBREAK\",\"x\":[1]}}");
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.CONTENT_FILTER);
    assertThat(got.completion.vendorFinishReason()).isEqualTo("JAILBREAK");
    assertTruncated(stream("{\"promptFeedback\":{\"safetyRatings\":[]}}"), "");
  }

  @Test
  void callsWithoutIdsGetOnesThatOpenAiWouldTakeAndOthersKeepTheirs() {
    Collected got =
        stream(
            parts(call("\"name\":\"f\",\"args\":{\"x\":[1]}"), call("\"name\":\"f\"")),
            parts(call("\"id\":\"w71i0cbt\",\"name\":\"g\",\"args\":{}")),
            finish("STOP"));
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(got.completion.vendorFinishReason()).isEqualTo("STOP");
    assertThat(got.calls.values().stream().map(c -> c.name + c.arguments))
        .containsExactly("f{\"x\":[1]}", "f{}", "g{}");
    assertThat(got.calls.get(0).id).matches("call_g_[0-9a-f]{32}").hasSizeLessThanOrEqualTo(40);
    assertThat(got.calls.get(1).id).isNotEqualTo(got.calls.get(0).id);
    assertThat(got.calls.get(2).id).isEqualTo("w71i0cbt");
  }

  @Test
  void moreCallsThanAnyModelMakesAreMalformed() {
    String most = calls(ToolSlots.MAX_CALLS);
    assertThat(stream(most, finish("STOP")).calls).hasSize(ToolSlots.MAX_CALLS);
    assertThat(stream(calls(ToolSlots.MAX_CALLS + 1)).failure.kind())
        .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  private static String calls(int count) {
    return parts(
        IntStream.range(0, count).mapToObj(i -> call("\"name\":\"f\"")).toArray(String[]::new));
  }

  @Test
  void aCallInPiecesIsRefusedBeforeItIsTakenForAWholeOne() {
    Collected got = stream(parts(call("\"name\":\"f\",\"willContinue\":true")), finish("STOP"));
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(got.failure).hasMessageContaining("streamFunctionCallArguments");
  }

  @Test
  void thoughtsAndSignaturesAreReasoning() {
    Collected got =
        stream(
            parts("{\"text\":\"hm\",\"thought\":true}"),
            parts("{\"thoughtSignature\":\"s1\",\"thought\":true,\"text\":\"ah\"}"),
            parts("{\"text\":\"yes\",\"thought\":false}"),
            parts("{\"text\":\"\",\"thoughtSignature\":\"s2\"}"),
            parts("{\"thoughtSignature\":\"s3\",\"functionCall\":{\"name\":\"f\"}}"),
            finish("STOP"));
    assertThat(got.deltas.subList(0, 4))
        .containsExactly(
            new ReasoningDelta("hm"),
            new ReasoningDelta("ah", new VendorData("gemini", "thought:s1")),
            new TextDelta("yes"),
            new ReasoningDelta("", new VendorData("gemini", "text:s2")));
    assertThat(((ChatEvent.ToolCallDelta) got.deltas.get(4)).vendorData())
        .contains(new VendorData("gemini", "s3"));
  }

  @Test
  void partsOfOtherKindsUnknownFieldsAndFurtherCandidatesArePassedOver() {
    Collected got =
        stream(
            "{\"new\":{\"deep\":[{}]},\"candidates\":null,\"error\":null,\"promptFeedback\":{}}",
            parts("{\"executableCode\":{\"code\":\"x\"}}", "{\"inlineData\":{\"data\":\"eA==\"}}"),
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"index\":0},"
                + "{\"content\":{\"parts\":[{\"text\":\"b\"}]},\"index\":1,"
                + "\"finishReason\":\"SAFETY\"}]}",
            candidate("\"content\":{}"),
            candidate("\"content\":{\"role\":\"model\"},\"finishReason\":\"STOP\""));
    assertThat(got.text.toString()).isEqualTo("a");
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void usageIsInclusiveAndTheLastOneCounts() {
    Collected got =
        stream(
            "{\"usageMetadata\":{\"promptTokenCount\":1}}",
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},"
                + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":50,"
                + "\"cachedContentTokenCount\":40,\"candidatesTokenCount\":3,"
                + "\"thoughtsTokenCount\":7,\"totalTokenCount\":60}}");
    assertThat(got.completion.usage().inputTokens()).hasValue(50);
    assertThat(got.completion.usage().cachedInputTokens()).hasValue(40);
    assertThat(got.completion.usage().outputTokens()).hasValue(10);
    assertThat(got.completion.usage().reasoningTokens()).hasValue(7);
    assertThat(got.completion.usage().totalTokens()).hasValue(60);
    assertThat(stream(text("a"), finish("STOP")).completion.usage().isUnknown()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\"}} | RATE_LIMITED",
        "{\"error\":{\"status\":\"UNAVAILABLE\"}}                     | OVERLOADED",
        "{\"error\":{\"code\":500}}                                   | SERVER_ERROR",
        "{\"error\":\"x\"}                                            | SERVER_ERROR",
      })
  void anErrorAtAnyPlaceIsAFailure(String error, ErrorKind kind) {
    assertThat(stream(error).failure.kind()).isEqualTo(kind);
    Collected later = stream(text("a"), error, finish("STOP"));
    assertThat(later.failure.kind()).isEqualTo(kind);
    assertThat(later.text.toString()).isEqualTo("a");
    assertThat(stream(text("a"), finish("STOP"), error).failure.kind()).isEqualTo(kind);
    assertThat(whole(error).failure.kind()).isEqualTo(kind);
    assertThat(whole("[" + error + "]").failure.kind()).isEqualTo(kind);
  }

  @Test
  void anEventNamedErrorIsAFailureWhateverItHolds() {
    Collected got =
        raw(
            events(text("a"))
                + "event: error\ndata: {\"message\":\"x\"}\n\n"
                + events(text("b"), finish("STOP")));
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
    assertThat(got.text.toString()).isEqualTo("a");
  }

  /** As Gemini does when it sheds load in the middle of a stream. */
  @ParameterizedTest
  @ValueSource(strings = {"{\n  \"error\": {", "[{\r\n  \"error\": {\r\n"})
  void anErrorBehindTheEventsThatIsNoEventIsAFailure(String start) {
    String error = start + "\n    \"code\": 503,\n    \"status\": \"UNAVAILABLE\"\n  }\n}\n";
    for (String events : new String[] {events(text("a")), events(text("a"), finish("STOP"))}) {
      for (String body : new String[] {events + error, events.stripTrailing() + "\r\n" + error}) {
        Collected got = raw(body);
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.OVERLOADED);
        assertThat(got.text.toString()).isEqualTo("a");
      }
    }
  }

  @Test
  void whatElseStandsBehindTheEventsChangesNothing() {
    String whole = events(text("a"), finish("STOP"));
    assertThat(raw(whole + "{}\n").failure).isNull();
    assertThat(raw(whole + "bye\n").failure).isNull();
    assertTruncated(raw(events(text("a")) + "{}\n"), "a");
    assertThat(raw(whole + "{\n" + "\"pad\": 1,\n".repeat(200_000)).failure).isNull();
  }

  @Test
  void aServerThatKnowsNoEventsSendsAnArray() {
    String two = text("a") + ",\r\n" + text("b");
    Collected got = raw("[" + two + "\n,\r\n" + finish("STOP") + "]\n");
    assertThat(got.text.toString()).isEqualTo("ab");
    assertThat(got.deltas).hasSize(2);
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.STOP);
    assertTruncated(raw("[" + two + "]"), "ab");
    assertThat(raw("[]").failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  @Test
  void aWholeAnswerNeedsNoFinishReason() {
    Collected got = whole(text("a"));
    assertThat(got.text.toString()).isEqualTo("a");
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.OTHER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[1]",
        "{\"candidates\":[]}",
        "{\"candidates\":7}",
        "{\"candidates\":[7]}",
        "{\"candidates\":[{\"content\":{\"parts\":[7]}}]}",
        "{\"candidates\":[{\"content\":",
        "<html>",
        "  ",
        "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}"
      })
  void whatIsNoAnswerIsMalformed(String body) {
    assertThat(whole(body).failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    Collected streamed = raw(body);
    assertThat(streamed.failure.kind())
        .isIn(ErrorKind.MALFORMED_RESPONSE, ErrorKind.STREAM_TRUNCATED);
  }

  @Test
  void noFailureQuotesTheAnswer() {
    Collected got = stream(text("a"), "{\"candidates\":[secretword");
    assertThat(got.failure.toString()).doesNotContain("secretword");
    assertThat(got.failure).hasNoCause();
    String tail = "{\n\"error\": {\"message\": \"secretword\", \"code\": 500}}\n";
    assertThat(raw(events(text("a")) + tail).failure)
        .hasMessage("test: HTTP 200 with an error inside, code 500");
  }

  @Test
  void aPartShowsNoContent() {
    assertThat(
            new GeminiPart(
                    "secret", false, "secret", new GeminiPart.Call("", "f", "{secret}"), Map.of())
                + ""
                + new GeminiSignature(true, "secret"))
        .isEqualTo("GeminiPart[6 chars, Call[f]]GeminiSignature[6 chars]");
  }

  @Test
  void manyPartsOfOneEventAreAllHandedOut() {
    String[] many =
        IntStream.range(0, 1000).mapToObj(i -> "{\"text\":\"" + i + " \"}").toArray(String[]::new);
    assertThat(stream(parts(many), finish("STOP")).text.toString())
        .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> i + " ").collect(Collectors.joining()));
  }
}
