package io.github.resilientllm.okhttp.internal.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.okhttp.internal.http.HttpCall;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.SseReader;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.Headers;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Anthropic's answers, streamed and whole, honest and hostile. */
class AnthropicAnswerTest {
  private static final Protocol PROTOCOL =
      new AnthropicProtocol("claude-sonnet-4-5", false, InstantSource.system());
  private static final String START =
      "{'type':'message_start','message':{'id':'msg_1','model':'claude','content':[],"
          + "'stop_reason':null,'usage':{'input_tokens':3,'cache_read_input_tokens':4,"
          + "'cache_creation_input_tokens':5,'output_tokens':1}}}";
  private static final String STOP = "{'type':'message_stop'}";

  /** An event as it comes, padded as the vendor pads. */
  private static String event(String json) {
    String type = json.replaceFirst(".*?'type':\\s*'(\\w+)'.*", "$1");
    return "event: " + type + "\ndata: " + json.replace('\'', '"') + "   \n\n";
  }

  private static String end(String reason) {
    return "{'type':'message_delta','delta':{'stop_reason':'"
        + reason
        + "','stop_sequence':null},'usage':{'output_tokens':9}}";
  }

  private static String open(int index, String block) {
    return "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}";
  }

  private static String piece(int index, String delta) {
    return "{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}";
  }

  private static String close(int index) {
    return "{'type':'content_block_stop','index':" + index + "}";
  }

  private static String text(String text) {
    return piece(0, "{'type':'text_delta','text':'" + text + "'}");
  }

  private static Collected read(String... events) {
    String body = Stream.of(events).map(AnthropicAnswerTest::event).reduce("", String::concat);
    return Collected.fromBody(PROTOCOL, body.getBytes(StandardCharsets.UTF_8), true);
  }

  private static Collected whole(String json) {
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return Collected.fromBody(PROTOCOL, body, false);
  }

  @Test
  void aStreamCutAtEveryByteGivesTheExactTextAndIsWholeOnlyAtItsEnd() {
    List<String> events =
        List.of(
            START,
            open(0, "{'type':'text','text':''}"),
            "{'type': 'ping'}",
            text("Grüße "),
            text("aus 😀"),
            close(0),
            end("end_turn"),
            STOP);
    String[] texts = {"", "", "", "Grüße ", "aus 😀", "", "", ""};
    byte[] all =
        events.stream()
            .map(AnthropicAnswerTest::event)
            .reduce("", String::concat)
            .getBytes(StandardCharsets.UTF_8);
    for (int length = 1; length <= all.length; length++) {
      Collected got = Collected.fromBody(PROTOCOL, Arrays.copyOf(all, length), true);
      int complete = completeEvents(events, length);
      String text = String.join("", Arrays.copyOf(texts, complete));
      assertThat(got.text.toString()).as("cut at %d", length).isEqualTo(text);
      assertThat(got.failure == null).as("cut at %d", length).isEqualTo(complete == 8);
      if (complete > 0 && complete < 8) {
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      }
    }
  }

  /** An event counts from the last byte of its JSON on; padding and line ends may be missing. */
  private static int completeEvents(List<String> events, int length) {
    int end = 0;
    for (int i = 0; i < events.size(); i++) {
      end += event(events.get(i)).getBytes(StandardCharsets.UTF_8).length;
      if (length < end - "   \n\n".length()) {
        return i;
      }
    }
    return events.size();
  }

  @Test
  void usageIsInclusiveAndTheLaterCountStands() {
    Collected got = read(START, open(0, "{'type':'text','text':'a'}"), end("max_tokens"), STOP);
    assertThat(got.completion.usage())
        .isEqualTo(Usage.of(12, 9).withCachedInput(4).withCacheWrite(5));
    assertThat(got.completion.id()).isEqualTo("msg_1");
    assertThat(got.completion.model()).isEqualTo("claude");

    String uncounted = "{'type':'message_delta','delta':{'stop_reason':'end_turn'}}";
    Collected bare = read("{'type':'message_start','message':{'id':'m'}}", uncounted, STOP);
    assertThat(bare.completion.usage().isUnknown()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn, STOP", "stop_sequence, STOP", "max_tokens, LENGTH",
    "model_context_window_exceeded, LENGTH", "tool_use, TOOL_CALLS", "pause_turn, PAUSE",
    "refusal, CONTENT_FILTER", "compaction, OTHER"
  })
  void reasonsToStopHaveOneMeaning(String word, FinishReason reason) {
    Collected streamed = read(START, end(word), STOP);
    assertThat(streamed.completion.finishReason()).isEqualTo(reason);
    assertThat(streamed.completion.vendorFinishReason()).isEqualTo(word);
    Collected whole = whole("{'content':[],'stop_reason':'" + word + "'}");
    assertThat(whole.completion.finishReason()).isEqualTo(reason);
  }

  @Test
  void theReasonOfARefusalIsKept() {
    String details = "{'type':'refusal','category':'cyber','explanation':'Not this.'}";
    Collected got =
        read(
            START,
            "{'type':'message_delta','delta':{'stop_reason':'refusal','stop_details':"
                + details
                + "}}",
            STOP);
    assertThat(got.completion.refusal()).contains("Not this.");
    assertThat(
            whole("{'content':[],'stop_reason':'refusal','stop_details':" + details + "}")
                .completion
                .refusal())
        .contains("Not this.");
  }

  @Test
  void toolCallsComeInPiecesOrWithoutAny() {
    Collected got =
        read(
            START,
            open(0, "{'type':'text','text':''}"),
            text("Wait."),
            close(0),
            open(1, "{'type':'tool_use','id':'t1','name':'f','input':{}}"),
            piece(1, "{'type':'input_json_delta','partial_json':''}"),
            piece(1, "{'type':'input_json_delta','partial_json':'{\\\"a\\\":'}"),
            piece(1, "{'type':'input_json_delta','partial_json':'1}'}"),
            close(1),
            open(2, "{'type':'tool_use','id':'t2','name':'f','input':{}}"),
            open(3, "{'type':'tool_use','id':'t3','name':'g','input':{'b':2}}"),
            end("tool_use"),
            STOP);
    assertThat(got.calls.values())
        .extracting(c -> c.id + " " + c.name + " " + c.arguments)
        .containsExactly("t1 f {\"a\":1}", "t2 f {}", "t3 g {\"b\":2}");
    assertThat(got.text.toString()).isEqualTo("Wait.");
  }

  /** As gateways write calls that another vendor's model makes side by side. */
  @Test
  void argumentsOfACallThatIsNotOpenAreMalformed() {
    String one = piece(0, "{'type':'input_json_delta','partial_json':'[1]'}");
    Collected sideBySide =
        read(
            START,
            open(0, "{'type':'tool_use','id':'t1','name':'f','input':{}}"),
            open(1, "{'type':'tool_use','id':'t2','name':'g','input':{}}"),
            one,
            end("tool_use"),
            STOP);
    Collected late =
        read(
            START,
            open(0, "{'type':'tool_use','id':'t1','name':'f','input':{}}"),
            one,
            close(0),
            one,
            end("tool_use"),
            STOP);
    for (Collected got : List.of(sideBySide, late)) {
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }
  }

  @Test
  void blocksOfTheVendorsOwnToolsAndUnknownKindsArePassedOver() {
    Collected got =
        read(
            START,
            open(0, "{'type':'server_tool_use','id':'s','name':'web_search','input':{}}"),
            piece(0, "{'type':'input_json_delta','partial_json':'{}'}"),
            close(0),
            open(1, "{'type':'web_search_tool_result','content':[{'text':'x'}]}"),
            close(1),
            "{'type':'hologram','content_block':null,'delta':null,'index':-4}",
            open(2, "{'type':'text','text':'a','citations':null}"),
            piece(2, "{'type':'citations_delta','citation':{'cited_text':'y'}}"),
            close(2),
            end("end_turn"),
            STOP);
    assertThat(got.text.toString()).isEqualTo("a");
    assertThat(got.calls).isEmpty();
    assertThat(got.failure).isNull();
  }

  @Test
  void thoughtsEndWithWhatTheVendorWantsBack() {
    Collected got =
        read(
            START,
            open(0, "{'type':'thinking','thinking':'','signature':''}"),
            piece(0, "{'type':'thinking_delta','thinking':'hm'}"),
            piece(0, "{'type':'signature_delta','signature':'ab'}"),
            piece(0, "{'type':'signature_delta','signature':'cd'}"),
            close(0),
            open(1, "{'type':'redacted_thinking','data':'enc'}"),
            close(1),
            open(2, "{'type':'text','text':'a'}"),
            close(2),
            end("end_turn"),
            STOP);
    List<ChatEvent.Delta> expected =
        List.of(
            new ChatEvent.ReasoningDelta("hm"),
            new ChatEvent.ReasoningDelta("", new VendorData("anthropic", "signature abcd")),
            new ChatEvent.ReasoningDelta("", new VendorData("anthropic", "redacted enc")),
            new ChatEvent.TextDelta("a"));
    assertThat(got.deltas).isEqualTo(expected);
    Collected whole =
        whole(
            "{'content':[{'thinking':'hm','signature':'abcd','type':'thinking'},"
                + "{'data':'enc','type':'redacted_thinking'},{'text':'a','type':'text'}]}");
    assertThat(whole.deltas).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "overloaded_error, OVERLOADED", "rate_limit_error, RATE_LIMITED", "api_error, SERVER_ERROR",
    "timeout_error, TIMEOUT", "authentication_error, UNAUTHORIZED", "news, SERVER_ERROR"
  })
  void anErrorAtAnyEventIsAFailure(String type, ErrorKind kind) {
    String error = "{'type':'error','error':{'type':'" + type + "','message':'secret'}}";
    for (Collected got :
        List.of(read(error), read(START, text("a"), error), read(START, end("end_turn"), error))) {
      assertThat(got.failure.kind()).isEqualTo(kind);
      assertThat(got.failure.getMessage()).doesNotContain("secret");
    }
    assertThat(whole(error).failure.kind()).isEqualTo(kind);
  }

  /** As gateways end a stream whose own source broke off. */
  @Test
  void anEndWithoutAReasonIsNone() {
    String unsaid = "{'type':'message_delta','delta':{'stop_reason':null},'usage':{}}";
    for (Collected got :
        List.of(read(START, text("a"), STOP), read(START, text("a"), unsaid, STOP))) {
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      assertThat(got.text.toString()).isEqualTo("a");
    }
    assertThat(whole("{'content':[{'type':'text','text':'a'}]}").failure).isNull();
  }

  @Test
  void anEventNamedErrorIsAFailureWhateverItHolds() {
    String said = event(START) + event(open(0, "{'type':'text','text':'a'}"));
    String end = event(end("end_turn")) + event(STOP);
    String named = "event: error\ndata: {\"detail\":\"x\"}\n\n";
    Collected got = Collected.fromBody(PROTOCOL, said + named + end, true);
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
    String none = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n";
    Collected broken = Collected.fromBody(PROTOCOL, said + none, true);
    assertThat(broken.failure.kind()).isEqualTo(ErrorKind.OVERLOADED);
    assertThat(broken.text.toString()).isEqualTo("a");
  }

  @Test
  void aMessageThatIsBegunAgainIsTheSameAndAnotherOneIsNot() {
    String other = START.replace("msg_1", "msg_2");
    assertThat(read(START, other, text("a"), end("end_turn"), STOP).completion.id())
        .isEqualTo("msg_2");
    Collected spliced = read(START, open(0, "{'type':'text','text':'a'}"), other, text("b"), STOP);
    assertThat(spliced.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(spliced.text.toString()).isEqualTo("a");
  }

  @Test
  void nothingAfterTheEndIsReadAndAStreamMayComeWhole() {
    assertThat(read(START, text("a"), STOP, "garbage").text.toString()).isEqualTo("a");
    byte[] whole =
        "\n{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}".getBytes(StandardCharsets.UTF_8);
    assertThat(Collected.fromBody(PROTOCOL, whole, true).text.toString()).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{}",
        "{'content':'text'}",
        "{'content':[1]}",
        "{'choices':[]}",
        "{'a'"
      })
  void whatIsNoMessageIsMalformed(String body) {
    assertThat(whole(body).failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  @Test
  void aHundredThousandPiecesAreHandedOutOneByOne() throws Exception {
    String fragment = event(piece(0, "{'type':'input_json_delta','partial_json':'1'}"));
    String body =
        event(START)
            + event(open(0, "{'type':'tool_use','id':'t','name':'f','input':{}}"))
            + fragment.repeat(100_000)
            + event(end("tool_use"))
            + event(STOP);
    BodyBytes bytes =
        new BodyBytes(new Buffer().writeUtf8(body), HttpCall.MAX_STREAM, Duration.ofSeconds(1));
    AnswerReader reader =
        PROTOCOL.read(new ResponseHead("t", 200, Headers.of(), Words.OF_NO_SECRET), bytes, true);
    int pieces = 0;
    for (ChatEvent.Delta delta = reader.next(); delta != null; delta = reader.next()) {
      assertThat(((ChatEvent.ToolCallDelta) delta).arguments()).isEqualTo(pieces++ == 0 ? "" : "1");
    }
    assertThat(pieces).isEqualTo(100_001);
  }

  @Test
  void whatHasNoEndIsCutOff() {
    String calls = "";
    for (int i = 0; i <= ToolSlots.MAX_CALLS; i++) {
      calls += event(open(i, "{'type':'tool_use','id':'t" + i + "','name':'f','input':{}}"));
    }
    String seal = "s".repeat(1 << 19);
    String seals = event(piece(0, "{'type':'signature_delta','signature':'" + seal + "'}"));
    for (String hostile :
        List.of(
            calls,
            seals.repeat(9),
            "data: {\"type\":\"ping\",\"x\":" + "[".repeat(2_000) + "\n\n",
            "data: {\"type\":\"" + "x".repeat(SseReader.MAX_LINE),
            "data: \"\ndata: {}\n\n",
            event(piece(0, "{'type':'text_delta','text':'a'}}{")) + event(STOP))) {
      byte[] body = (event(START) + hostile).getBytes(StandardCharsets.UTF_8);
      Collected got = Collected.fromBody(PROTOCOL, body, true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
      assertThat(got.failure.getMessage()).hasSizeLessThan(200);
    }
  }
}
