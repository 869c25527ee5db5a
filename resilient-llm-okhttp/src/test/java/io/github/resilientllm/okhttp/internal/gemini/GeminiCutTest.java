package io.github.resilientllm.okhttp.internal.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.stream.SseReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Gemini stream that ends anywhere, or never, is never taken for a whole answer. */
@Timeout(60)
class GeminiCutTest {
  private static final Protocol GEMINI = Collected.gemini("gemini-2.5-flash");
  private static final String[] OBJECTS = {
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Grüße \"}],\"role\":\"model\"},\"index\":0}]}",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"aus 😀 \"}]}}],"
        + "\"usageMetadata\":{\"promptTokenCount\":9}}",
    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\\\"M\\u00fcnchen\\\"\"}]},"
        + "\"finishReason\":\"STOP\",\"index\":0}],"
        + "\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":5}}",
  };
  private static final String[] TEXTS = {"Grüße ", "aus 😀 ", "\"München\""};

  private static Collected read(byte[] body) {
    return Collected.fromBody(GEMINI, body, /* streaming= */ true);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void cutAtEveryByteAStreamHasItsExactTextAndIsWholeOnlyWithItsFinishReason() {
    byte[] all = utf8("data: " + String.join("\r\n\r\ndata: ", OBJECTS) + "\r\n\r\n");
    for (int length = 1; length <= all.length; length++) {
      int complete = completeObjects(length, "data: ".length(), "\r\n\r\ndata: ".length());
      assertCut(read(Arrays.copyOf(all, length)), complete, complete == OBJECTS.length, length);
    }
  }

  @Test
  void cutAtEveryByteAnArrayHasItsExactTextAndIsWholeOnlyWithItsBracket() {
    byte[] all = utf8("[" + String.join(",\r\n", OBJECTS) + "]");
    for (int length = 1; length <= all.length; length++) {
      int complete = completeObjects(length, 1, ",\r\n".length());
      assertCut(read(Arrays.copyOf(all, length)), complete, length == all.length, length);
    }
  }

  private static void assertCut(Collected got, int complete, boolean isWhole, int length) {
    String text = String.join("", Arrays.copyOf(TEXTS, complete));
    assertThat(got.text.toString()).as("cut at %d", length).isEqualTo(text);
    assertThat(got.failure == null).as("cut at %d", length).isEqualTo(isWhole);
    if (isWhole) {
      assertThat(got.completion.usage().outputTokens()).hasValue(5);
    } else if (complete > 0) {
      assertThat(got.failure.kind()).as("cut at %d", length).isEqualTo(ErrorKind.STREAM_TRUNCATED);
    }
  }

  private static int completeObjects(int length, int before, int between) {
    int end = before;
    for (int i = 0; i < OBJECTS.length; i++) {
      end += utf8(OBJECTS[i]).length;
      if (length < end) {
        return i;
      }
      end += between;
    }
    return OBJECTS.length;
  }

  @Test
  void cutAtEveryByteAWholeAnswerIsNone() {
    byte[] all = utf8(OBJECTS[2]);
    for (int length = 0; length < all.length; length++) {
      Collected got = Collected.fromBody(GEMINI, Arrays.copyOf(all, length), false);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
      assertThat(got.deltas).isEmpty();
    }
    assertThat(Collected.fromBody(GEMINI, all, false).text.toString()).isEqualTo(TEXTS[2]);
  }

  @Test
  void aCallThatIsCutIsNotHandedOut() {
    String call =
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\","
            + "\"args\":{\"x\":1}}}]},\"finishReason\":\"STOP\"}],\"modelVersion\":\"m\"}\r\n\r\n";
    byte[] all = utf8(call);
    int end = call.indexOf("\r\n");
    for (int length = 1; length < end; length++) {
      Collected got = read(Arrays.copyOf(all, length));
      assertThat(got.calls).isEmpty();
      assertThat(got.failure).isNotNull();
    }
    assertThat(read(all).calls).hasSize(1);
  }

  @Test
  void linesDepthAndSizeWithoutEndAreOneClearError() {
    String text = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"";
    String[] hostile = {
      "data: " + "x".repeat(2 * SseReader.MAX_LINE),
      "data: " + text + "x".repeat(2 * SseReader.MAX_LINE) + "\"}]}}]}\r\n\r\n",
      "data: {\"a\":" + "[".repeat(100_000) + "\r\n\r\n",
      "{\"a\":" + "[".repeat(100_000),
      "[".repeat(100_000),
      text.replace("\"text\":\"", "\"functionCall\":{\"args\":" + "{\"a\":".repeat(100_000)),
    };
    for (String body : hostile) {
      for (boolean streaming : new boolean[] {true, false}) {
        Collected got = Collected.fromBody(GEMINI, body, streaming);
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        assertThat(got.failure.getMessage()).hasSizeLessThan(200);
      }
    }
  }

  @Test
  void aHundredThousandFragmentsAreOneText() {
    String event = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ab\"}]}}]}\r\n\r\n";
    Collected cut = read(utf8(event.repeat(100_000)));
    assertThat(cut.text.toString()).isEqualTo("ab".repeat(100_000));
    assertThat(cut.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
  }
}
