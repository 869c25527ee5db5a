package io.github.resilientllm.okhttp.internal.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.Fixtures;
import io.github.resilientllm.okhttp.Frames;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Converse stream is read to the letter, and only a whole one is a success. */
public class BedrockStreamTest {
  private static final byte[][] FRAMES = {
    Frames.event("messageStart", "{'role':'assistant'}"),
    Frames.text("Grüße "),
    Frames.text("aus 😀 "),
    Frames.text("München"),
    Frames.event("contentBlockStop", "{'contentBlockIndex':0}"),
    Frames.stop("end_turn"),
    Frames.usage(9, 5)
  };
  private static final String[] TEXTS = {"", "Grüße ", "aus 😀 ", "München", "", "", ""};
  private static final int STOP = 5;

  public static BedrockProtocol protocol() {
    return new BedrockProtocol(
        BedrockModel.of("anthropic.claude-sonnet-4-5-20250929-v1:0"),
        false,
        InstantSource.system());
  }

  private static Collected stream(byte[]... frames) {
    return Collected.fromBody(protocol(), Frames.join(frames), /* streaming= */ true);
  }

  private static byte[] start(int block, String id, String name) {
    return Frames.event(
        "contentBlockStart",
        "{'contentBlockIndex':"
            + block
            + ",'start':{'toolUse':{'toolUseId':'"
            + id
            + "','name':'"
            + name
            + "'}}}");
  }

  private static byte[] delta(int block, String delta) {
    return Frames.event(
        "contentBlockDelta", "{'delta':" + delta + ",'contentBlockIndex':" + block + "}");
  }

  private static byte[] input(int block, String json) {
    return delta(block, "{'toolUse':{'input':'" + json + "'}}");
  }

  private static byte[] end(int block) {
    return Frames.event("contentBlockStop", "{'contentBlockIndex':" + block + "}");
  }

  @Test
  void cutAtEveryByteTheTextIsExactAndOnlyABoundaryAfterTheStopMakesItWhole() {
    byte[] all = Frames.join(FRAMES);
    for (int length = 0; length <= all.length; length++) {
      int whole = 0;
      int end = 0;
      while (whole < FRAMES.length && end + FRAMES[whole].length <= length) {
        end += FRAMES[whole++].length;
      }
      Collected got = Collected.fromBody(protocol(), Arrays.copyOf(all, length), true);

      String text = String.join("", Arrays.copyOf(TEXTS, whole));
      assertThat(got.text.toString()).as("cut at %d", length).isEqualTo(text);
      boolean complete = whole > STOP && end == length;
      assertThat(got.failure == null).as("cut at %d", length).isEqualTo(complete);
      if (length > 0 && !complete) {
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      }
      if (complete) {
        assertThat(got.completion.usage().isUnknown()).isEqualTo(whole < FRAMES.length);
      }
    }
  }

  @Test
  void noFlippedBitIsEverASuccessOrAltersTheText() {
    byte[] all = Frames.join(Frames.text("ab"), Frames.text("cd"), Frames.stop("end_turn"));
    for (int i = 0; i < all.length * 8; i++) {
      byte[] flipped = all.clone();
      flipped[i / 8] ^= (byte) (1 << (i % 8));
      Collected got = Collected.fromBody(protocol(), flipped, true);
      assertThat(got.completion).as("bit %d", i).isNull();
      assertThat(got.failure).as("bit %d", i).isNotNull();
      assertThat("abcd").as("bit %d", i).startsWith(got.text.toString());
    }
  }

  @Test
  void recordedStreamsAreASuccessOnlyAtABoundaryAfterTheStop() throws IOException {
    for (Path name : Fixtures.cases(Fixtures.root().resolve("bedrock/stream"))) {
      byte[] body = Fixtures.body(name);
      String text = Fixtures.json(name, ".expected.json").get("text").asText();
      List<Integer> complete = new ArrayList<>();
      for (int length : cuts(body)) {
        Collected got = Collected.fromBody(protocol(), Arrays.copyOf(body, length), true);
        assertThat(text).startsWith(got.text.toString());
        if (got.failure == null) {
          complete.add(length);
        }
      }
      assertThat(complete)
          .as("%s", name)
          .hasSize(2)
          .contains(body.length); // without usage and with
    }
  }

  /** In the lengths, a checksum, the headers and the payload of each frame, and at its end. */
  private static List<Integer> cuts(byte[] body) {
    List<Integer> cuts = new ArrayList<>();
    for (int from = 0; from < body.length; ) {
      int length = ByteBuffer.wrap(body).getInt(from);
      for (int at : new int[] {1, 4, 11, 12, 13, length / 2, length - 4, length - 1, length}) {
        cuts.add(from + at);
      }
      from += length;
    }
    return cuts;
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn, STOP",
    "stop_sequence, STOP",
    "max_tokens, LENGTH",
    "model_context_window_exceeded, LENGTH",
    "tool_use, TOOL_CALLS",
    "guardrail_intervened, CONTENT_FILTER",
    "content_filtered, CONTENT_FILTER",
    "gone_fishing, OTHER"
  })
  void stopReasonsHaveOneMeaning(String word, FinishReason reason) {
    Collected got = stream(Frames.text("a"), Frames.stop(word));
    assertThat(got.completion.finishReason()).isEqualTo(reason);
    assertThat(got.completion.vendorFinishReason()).isEqualTo(word);
  }

  @ParameterizedTest
  @CsvSource({"malformed_tool_use, TOOL_GENERATION_FAILED", "malformed_model_output, SERVER_ERROR"})
  void someStopReasonsAreFailures(String word, ErrorKind kind) {
    Collected got = stream(Frames.text("a"), Frames.stop(word), Frames.usage(1, 1));
    assertThat(got.failure.kind()).isEqualTo(kind);
    assertThat(got.text.toString()).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource({
    "throttlingException, RATE_LIMITED",
    "internalServerException, SERVER_ERROR",
    "modelStreamErrorException, SERVER_ERROR",
    "modelTimeoutException, TIMEOUT",
    "serviceUnavailableException, OVERLOADED",
    "validationException, NOT_FOR_THIS_TARGET",
    "somethingNewException, SERVER_ERROR"
  })
  void anExceptionAtAnyFrameIsAFailure(String name, ErrorKind kind) {
    byte[] exception = Frames.exception(name, "{'message':'secret words'}");
    Collected first = stream(exception);
    assertThat(first.failure.kind()).isEqualTo(kind);
    assertThat(first.failure)
        .hasMessage("test: HTTP 200 with an error inside, type " + name)
        .hasNoCause();
    Collected later = stream(Frames.text("a"), exception, Frames.stop("end_turn"));
    assertThat(later.failure.kind()).isEqualTo(kind);
    assertThat(later.text.toString()).isEqualTo("a");
    Collected last = stream(Frames.text("a"), Frames.stop("end_turn"), exception);
    assertThat(last.failure.kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({"429, RATE_LIMITED", "503, OVERLOADED", "529, OVERLOADED", "500, SERVER_ERROR"})
  void aModelsOwnStatusIsBelieved(int status, ErrorKind kind) {
    byte[] exception =
        Frames.exception(
            "modelStreamErrorException",
            "{'message':'x','originalStatusCode':" + status + ",'originalMessage':'y'}");
    assertThat(stream(exception).failure.kind()).isEqualTo(kind);
  }

  @Test
  void anUnmodelledErrorIsAFailureAndAnUnknownMessageIsNot() {
    byte[] error =
        Frames.frame(
            Frames.headers(":message-type", "error", ":error-code", "InternalFailure"),
            new byte[0]);
    assertThat(stream(error).failure.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
    byte[] news = Frames.frame(Frames.headers(":message-type", "news"), new byte[0]);
    byte[] unknown = Frames.event("contentBlockApplause", "[]");
    assertThat(stream(news, unknown, Frames.text("a"), Frames.stop("end_turn")).failure).isNull();
    byte[] nameless = Frames.frame(Frames.headers("x", "y"), new byte[0]);
    assertThat(stream(nameless).failure).hasMessageContaining("a frame does not say what it is");
  }

  @Test
  void callsAreToldApartByTheirBlocks() {
    Collected got =
        stream(
            start(1, "a", "f"),
            input(1, ""),
            input(1, "{\\\"x\\\":"),
            input(1, "1}"),
            end(1),
            start(2, "b", "g"),
            input(2, ""),
            end(2),
            Frames.stop("tool_use"));
    assertThat(got.failure).isNull();
    assertThat(got.calls.get(0).arguments).isEqualTo("{\"x\":1}");
    assertThat(got.calls.get(1).id).isEqualTo("b");
    assertThat(got.calls.get(1).arguments).as("of a call without input").isEqualTo("{}");
  }

  @Test
  void inputWithoutACallIsMalformed() {
    assertThat(stream(input(0, "{}")).failure).hasMessageContaining("a tool call has no name");
  }

  @Test
  void aSignatureInPiecesEndsItsBlockOnceAndNamesItsMaker() {
    Collected got =
        stream(
            delta(0, "{'reasoningContent':{'text':'Hm'}}"),
            delta(0, "{'reasoningContent':{'signature':'abc'}}"),
            delta(0, "{'reasoningContent':{'signature':'def'}}"),
            end(0),
            delta(1, "{'reasoningContent':{'redactedContent':'AQI='}}"),
            delta(1, "{'reasoningContent':{'redactedContent':'AwQ='}}"),
            end(1),
            delta(2, "{'text':'a'}"),
            end(2),
            Frames.stop("end_turn"));
    assertThat(got.reasoning.toString()).isEqualTo("Hm");
    assertThat(got.deltas).hasSize(4);
    assertThat(((ChatEvent.ReasoningDelta) got.deltas.get(1)).vendorData().orElseThrow().data())
        .isEqualTo("{\"maker\":\"anthropic\",\"signature\":\"abcdef\"}");
    assertThat(((ChatEvent.ReasoningDelta) got.deltas.get(2)).vendorData().orElseThrow().data())
        .isEqualTo("{\"maker\":\"anthropic\",\"redactedContent\":\"AQIDBA==\"}");
    assertThat(((ChatEvent.ReasoningDelta) got.deltas.get(2)).vendorData().orElseThrow().vendor())
        .isEqualTo("bedrock");
  }

  @Test
  void usageCountsWhatACacheHadPartIn() {
    byte[] metadata =
        Frames.event(
            "metadata",
            "{'usage':{'inputTokens':1,'cacheReadInputTokens':20,'cacheWriteInputTokens':300,"
                + "'outputTokens':4,'totalTokens':325},'metrics':{'latencyMs':7}}");
    Collected got = stream(Frames.text("a"), Frames.stop("end_turn"), metadata);
    assertThat(got.completion.usage().inputTokens()).hasValue(321);
    assertThat(got.completion.usage().cachedInputTokens()).hasValue(20);
    assertThat(got.completion.usage().cacheWriteTokens()).hasValue(300);
    assertThat(got.completion.usage().totalTokens()).hasValue(325);
    assertThat(got.completion.usage().reasoningTokens()).isEmpty();
  }

  @Test
  void anAnswerDoesNotGoOnAfterItsEnd() {
    assertThat(stream(Frames.stop("end_turn"), Frames.text("more")).failure.kind())
        .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(stream(Frames.stop("end_turn"), Frames.stop("tool_use")).failure.kind())
        .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "",
        "{'delta':",
        "{'delta':{'text':'secret",
        "null",
        "{'delta':{'reasoningContent':{'redactedContent':'%%'}}}"
      })
  void aPayloadThatIsNoEventIsMalformed(String payload) {
    Collected got = stream(Frames.event("contentBlockDelta", payload), Frames.stop("end_turn"));
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(got.failure.toString()).doesNotContain("secret");
    assertThat(String.valueOf(got.failure.getCause())).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'delta':7}",
        "{'delta':{'text':7,'toolUse':7,'reasoningContent':7}}",
        "{'start':{'image':{}}}"
      })
  void aFieldOfAnotherTypeSaysNothing(String payload) {
    Collected got =
        stream(
            Frames.event("contentBlockDelta", payload), Frames.text("a"), Frames.stop("end_turn"));
    assertThat(got.failure).isNull();
    assertThat(got.text.toString()).isEqualTo("a");
  }

  @Test
  void jsonThatIsDeeperThanAnyAnswerIsMalformed() {
    String deep = "{'x':" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(stream(Frames.event("contentBlockDelta", deep)).failure.kind())
        .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    String nested =
        "{'delta':{'reasoningContent':"
            + "{'reasoningText':".repeat(100_000)
            + "1"
            + "}".repeat(100_002);
    assertThat(stream(Frames.event("contentBlockDelta", nested)).failure.kind())
        .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  @Test
  void aHundredThousandFragmentsAreOneCallAndTooManyCallsAreMalformed() {
    byte[][] fragments = new byte[100_002][];
    Arrays.fill(fragments, input(0, "1"));
    fragments[0] = start(0, "a", "f");
    fragments[100_001] = Frames.stop("tool_use");
    Collected one = stream(fragments);
    assertThat(one.failure).isNull();
    assertThat(one.calls.get(0).arguments).hasSize(100_000);

    byte[][] calls = new byte[ToolSlots.MAX_CALLS + 1][];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = start(i, "id" + i, "f");
    }
    assertThat(stream(calls).failure)
        .hasMessageContaining("more than " + ToolSlots.MAX_CALLS + " tool calls");
  }

  @Test
  void aSignatureWithoutEndIsRefused() {
    byte[] piece = delta(0, "{'reasoningContent':{'signature':'" + "s".repeat(1 << 20) + "'}}");
    assertThat(stream(piece, piece, piece, piece, piece).failure)
        .hasMessageContaining("signature of a block of reasoning is longer than");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | the answer is empty",
        "<html> | the answer is HTML",
        "{\"Output\":{\"__type\":\"x#UnknownOperationException\"},\"Version\":\"1.0\"}"
            + " | does the base URL belong to Bedrock's runtime?",
        "data: {\"a\":1} | the checksum of a frame's beginning is wrong"
      })
  void whatIsNoStreamSaysSo(String body, String message) {
    Collected got = Collected.fromBody(protocol(), body.getBytes(StandardCharsets.UTF_8), true);
    assertThat(got.failure).hasMessageContaining(message);
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }
}
