package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What vendors do with the protocol, beyond what the recordings show. */
class AnswerTest {

  private static Collected stream(Dialect dialect, String... payloads) {
    StringBuilder body = new StringBuilder();
    for (String payload : payloads) {
      body.append("data: ").append(payload).append("\n\n");
    }
    return Collected.fromBody(dialect, body.toString(), true);
  }

  private static Collected stream(String... payloads) {
    return stream(Dialect.COMPATIBLE, payloads);
  }

  private static String delta(String fields) {
    return "{\"choices\":[{\"index\":0,\"delta\":{" + fields + "}}]}";
  }

  private static String text(String text) {
    return delta("\"content\":\"" + text + "\"");
  }

  private static String finish(String reason) {
    return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
  }

  private static String tool(String fields) {
    return delta("\"tool_calls\":[{" + fields + "}]");
  }

  private static String calls(Collected got) {
    return got.calls.values().stream()
        .map(call -> call.id + "=" + call.name + call.arguments)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "stop, STOP",
    "length, LENGTH",
    "model_length, LENGTH",
    "tool_calls, TOOL_CALLS",
    "function_call, TOOL_CALLS",
    "content_filter, CONTENT_FILTER",
    "load, OTHER"
  })
  void finishReasonsHaveOneMeaning(String word, FinishReason reason) {
    Collected got = stream(text("a"), finish(word), "[DONE]");
    assertThat(got.completion.finishReason()).isEqualTo(reason);
    assertThat(got.completion.vendorFinishReason()).isEqualTo(word);
  }

  @ParameterizedTest
  @CsvSource({
    "error, SERVER_ERROR",
    "abort, SERVER_ERROR",
    "insufficient_system_resource, OVERLOADED"
  })
  void someFinishReasonsAreFailures(String word, ErrorKind kind) {
    Collected got = stream(text("a"), finish(word), "[DONE]");
    assertThat(got.failure.kind()).isEqualTo(kind);
    assertThat(got.text.toString()).isEqualTo("a");
  }

  @Test
  void doneWithoutAFinishReasonIsNoEnd() {
    assertThat(stream(text("a"), "[DONE]").failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\":{\"message\":\"x\",\"type\":\"overloaded_error\"}} | OVERLOADED",
        "{\"error\":{\"code\":502}} | SERVER_ERROR",
        "{\"error\":\"x\"} | SERVER_ERROR",
        "{\"error\":{\"type\":\"tool_use_failed\",\"status_code\":400}} | TOOL_GENERATION_FAILED",
        "{\"object\":\"error\",\"message\":\"x\",\"code\":429} | RATE_LIMITED",
        "{\"type\":\"error\",\"message\":\"x\",\"status_code\":429} | RATE_LIMITED",
        "{\"type\":\"error\"} | SERVER_ERROR",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lost\"},\"finish_reason\":\"stop\"}],"
            + "\"error\":{\"code\":503}} | OVERLOADED",
        "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\","
            + "\"error\":{\"code\":429}}]} | RATE_LIMITED",
      })
  void anErrorAtAnyEventIsAFailure(String error, ErrorKind kind) {
    assertThat(stream(error, "[DONE]").failure.kind()).isEqualTo(kind);
    Collected later = stream(text("a"), error, finish("stop"), "[DONE]");
    assertThat(later.failure.kind()).isEqualTo(kind);
    assertThat(later.text.toString()).isEqualTo("a");
    Collected last = stream(text("a"), finish("stop"), error);
    assertThat(last.failure.kind()).isEqualTo(kind);
  }

  @Test
  void anEventNamedErrorIsAFailureWhateverItHolds() {
    Collected got =
        Collected.fromBody(
            Dialect.GROQ, "event: error\ndata: {\"message\":\"x\",\"code\":503}\n\n", true);
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.OVERLOADED);
  }

  @Test
  void anErrorThatIsNoEventIsTheReasonOfTheBreak() {
    String error = "{\"error\":{\"message\":\"x\",\"code\":429}}\n";
    for (String events : new String[] {": processing\n\n", "data: " + text("a") + "\n\n"}) {
      Collected got = Collected.fromBody(Dialect.OPENROUTER, events + error, true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
    }
    String whole = "data: " + text("a") + "\n\ndata: " + finish("stop") + "\n\n";
    assertThat(Collected.fromBody(Dialect.OPENROUTER, whole + error, true).failure).isNull();
  }

  @Test
  void anErrorThatIsNullIsNone() {
    String healthy = "{\"error\":null,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}";
    assertThat(stream(healthy, finish("stop")).failure).isNull();
  }

  @Test
  void chunksWithoutChoicesAndUnknownFieldsArePassedOver() {
    Collected got =
        stream(
            "{\"id\":\"\",\"model\":\"\",\"choices\":[],\"prompt_filter_results\":[{\"x\":[1]}]}",
            "{\"type\":\"ping\"}",
            "{\"id\":\"i\",\"model\":\"m\",\"new\":{\"deep\":[{}]},"
                + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\",\"x\":{}}}]}",
            "{\"choices\":[{\"index\":0,\"content_filter_offsets\":{}}]}",
            finish("stop"));
    assertThat(got.text.toString()).isEqualTo("a");
    assertThat(got.completion.id()).isEqualTo("i");
    assertThat(got.completion.model()).isEqualTo("m");
  }

  @Test
  void onlyTheFirstChoiceIsHandedOutAndAllMustFinish() {
    String second = "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"}}]}";
    String secondEnd = "{\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}]}";
    Collected got = stream(text("a"), second, finish("stop"), secondEnd);
    assertThat(got.text.toString()).isEqualTo("a");
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(stream(text("a"), second, finish("stop")).failure.kind())
        .isEqualTo(ErrorKind.STREAM_TRUNCATED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "128 | a",
        "9999999999 | a",
      })
  void aChoiceNumberBeyondAllReasonIsMalformed(String index, String word) {
    Collected got =
        stream(
            "{\"choices\":[{\"index\":" + index + ",\"delta\":{\"content\":\"" + word + "\"}}]}");
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  @Test
  void toolCallsWithoutAnIndexAreToldApartByTheirIds() {
    Collected got =
        stream(
            tool("\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{1\"}"),
            tool("\"id\":\"a\",\"function\":{\"name\":\"\",\"arguments\":\"2}\"}"),
            tool("\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}"),
            finish("tool_calls"));
    assertThat(calls(got)).isEqualTo("a=f{12} b=g{}");
  }

  @Test
  void toolCallsThatAllSayIndexZeroAreToldApartByTheirIds() {
    Collected got =
        stream(
            tool("\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}"),
            tool("\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"[]\"}"),
            finish("stop"));
    assertThat(calls(got)).isEqualTo("a=f{} b=f[]");
  }

  @Test
  void aRepeatedNameIsNotDoubledAndAnObjectBecomesText() {
    Collected got =
        stream(
            tool("\"index\":4,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}"),
            tool(
                "\"index\":4,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":[1]}}"),
            finish("tool_calls"));
    assertThat(calls(got)).isEqualTo("a=f{\"x\":[1]}");
  }

  @Test
  void anEmptyIdIsReplacedByOneOfOurOwn() {
    String call = "\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}";
    Collected got =
        stream(tool("\"index\":0," + call), tool("\"index\":1," + call), finish("tool_calls"));
    assertThat(got.calls.get(0).id)
        .startsWith("call_")
        .hasSizeLessThanOrEqualTo(40)
        .isNotEqualTo(got.calls.get(1).id);
  }

  @Test
  void moreToolCallsThanAnyModelMakesAreMalformed() {
    String most = tools(ToolSlots.MAX_CALLS);
    assertThat(stream(most, finish("tool_calls")).calls).hasSize(ToolSlots.MAX_CALLS);
    assertThat(stream(tools(ToolSlots.MAX_CALLS + 1)).failure.kind())
        .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  private static String tools(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"index\":" + i + ",\"id\":\"" + i + "\",\"function\":{\"name\":\"f\"}}")
        .collect(
            Collectors.joining(
                ",", "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[", "]}}]}"));
  }

  @Test
  void theSignatureOfAToolCallComesAsVendorData() {
    Collected got =
        stream(
            tool(
                "\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"},"
                    + "\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}"),
            finish("tool_calls"));
    ChatEvent.ToolCallDelta call = (ChatEvent.ToolCallDelta) got.deltas.get(0);
    assertThat(call.vendorData().orElseThrow().vendor()).isEqualTo("openai-compatible");
    assertThat(call.vendorData().orElseThrow().data())
        .isEqualTo("{\"google\":{\"thought_signature\":\"s\"}}");
  }

  @Test
  void reasoningUnderTwoNamesIsHandedOutOnce() {
    Collected got =
        stream(
            delta("\"content\":\"b\",\"reasoning\":\"a\",\"reasoning_content\":\"a\""),
            finish("stop"));
    assertThat(got.deltas.get(0)).isEqualTo(new ChatEvent.ReasoningDelta("a"));
    assertThat(got.deltas.get(1)).isEqualTo(new ChatEvent.TextDelta("b"));
  }

  @Test
  void reasoningIsMarkedForTheVendorThatWantsItBack() {
    Collected got =
        stream(Dialect.DEEPSEEK, delta("\"reasoning_content\":\"a\""), text("b"), finish("stop"));
    ChatEvent.ReasoningDelta mark = (ChatEvent.ReasoningDelta) got.deltas.get(1);
    assertThat(mark.text()).isEmpty();
    assertThat(mark.vendorData().orElseThrow().vendor()).isEqualTo("deepseek");
  }

  @Test
  void aThoughtOfWhichNothingIsSaidIsWantedBackAsItCame() {
    Collected got =
        stream(
            Dialect.OPENROUTER,
            delta("\"reasoning_details\":[{\"text\":\"a\"},{\"text\":\"b\"}]"),
            finish("stop"));
    assertThat(got.vendorData().get(0).data()).isEqualTo("[{\"text\":\"ab\"}]");
  }

  @Test
  void aRefusalInPiecesIsNoText() {
    Collected got =
        stream(delta("\"refusal\":\"I \""), delta("\"refusal\":\"can't\""), finish("stop"));
    assertThat(got.text.toString()).isEmpty();
    assertThat(got.completion.refusal()).contains("I can't");
  }

  @Test
  void theLastUsageCountsAndGroqsOwnIsFound() {
    Collected got =
        stream(
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}",
            text("a"),
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
                + "\"x_groq\":{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":7}}}",
            "{\"choices\":[],\"usage\":null}");
    assertThat(got.completion.usage().outputTokens()).hasValue(7);
    assertThat(got.completion.usage().totalTokens()).isEmpty();
  }

  @Test
  void halfAnEventAndTwoValuesInOneEventAreMalformed() {
    assertThat(stream(text("a"), "{\"choices\":[{", finish("stop")).failure.kind())
        .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(stream(text("a") + text("b"), finish("stop")).failure.kind())
        .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    String described = "{\"id\":\"c\"," + text("a").substring(1);
    Collected got = stream(described + "\ndata: " + described, finish("stop"), "[DONE]");
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  @Test
  void bytesThatAreNoTextAreMalformed() {
    Collected got = Collected.fromBody(Dialect.OPENAI, "\0\0\0\u0001\0\0\0\u0002", false);
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  @Test
  void aLongEventWithPaddingIsRead() {
    String text = "x".repeat(100_000);
    Collected got = stream(text(text) + " ".repeat(20_000), finish("stop"));
    assertThat(got.text.toString()).isEqualTo(text);
  }

  @Test
  void aServerThatCannotStreamAnswersWholeAfterEmptyLines() {
    Collected got =
        Collected.fromBody(
            Dialect.DEEPSEEK,
            "\n\n \r\n{\"choices\":[{\"message\":{\"content\":\"a\"}}]}",
            /* streaming= */ true);
    assertThat(got.text.toString()).isEqualTo("a");
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.OTHER);
  }

  /** As servers on .NET begin a text unless they are told not to. */
  @Test
  void aByteOrderMarkIsNoPartOfAnAnswer() {
    String whole = "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}";
    String events = "data: " + text("a") + "\n\ndata: " + finish("stop") + "\n\n";
    for (String body : new String[] {whole, events}) {
      Collected got = Collected.fromBody(Dialect.COMPATIBLE, "\uFEFF" + body, true);
      assertThat(got.text.toString()).isEqualTo("a");
      assertThat(got.failure).isNull();
    }
    assertThat(Collected.fromBody(Dialect.COMPATIBLE, "\uFEFF", true).failure)
        .hasMessageContaining("the answer is empty");
  }

  @Test
  void noFailureQuotesTheAnswer() {
    Collected got = stream(text("a"), "{\"choices\":[secretword");
    assertThat(got.failure.toString()).doesNotContain("secretword");
    assertThat(got.failure).hasNoCause();
  }
}
