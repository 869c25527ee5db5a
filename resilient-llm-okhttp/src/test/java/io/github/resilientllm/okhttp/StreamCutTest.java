package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A stream that ends anywhere is never taken for a whole answer. */
class StreamCutTest {
  private static final String[] EVENTS = {
    ": processing\n\n",
    chunk("{\"role\":\"assistant\",\"content\":\"\"}", null),
    chunk("{\"content\":\"Grüße \"}", null),
    chunk("{\"content\":\"aus 😀 \"}", null),
    chunk("{\"content\":\"\\\"M\\u00fcnchen\\\"\"}", null),
    chunk("{}", "stop"),
    "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5}}\n\n",
    "data: [DONE]\n\n"
  };
  private static final String[] TEXTS = {"", "", "Grüße ", "aus 😀 ", "\"München\"", "", "", ""};
  private static final int FINISH = 5;

  @Test
  void cutAtEveryByteTheTextIsExactAndOnlyAFinishReasonMakesItWhole() {
    byte[] all = String.join("", EVENTS).getBytes(StandardCharsets.UTF_8);
    for (int length = 1; length <= all.length; length++) {
      int complete = completeEvents(length);
      Collected got =
          Collected.fromBody(Dialect.OPENAI, Arrays.copyOf(all, length), /* streaming= */ true);

      String text = String.join("", Arrays.copyOf(TEXTS, complete));
      assertThat(got.text.toString()).as("cut at %d", length).isEqualTo(text);
      assertThat(got.failure == null).as("cut at %d", length).isEqualTo(complete > FINISH);
      if (got.failure != null && !text.isEmpty()) {
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      }
      if (complete > FINISH + 1) {
        assertThat(got.completion.usage().outputTokens()).hasValue(5);
      }
    }
  }

  /** An event counts from the last byte of its JSON on; the line ends behind it may be missing. */
  private static int completeEvents(int length) {
    int end = 0;
    for (int i = 0; i < EVENTS.length; i++) {
      end += EVENTS[i].getBytes(StandardCharsets.UTF_8).length;
      if (length < end - 2) {
        return i;
      }
    }
    return EVENTS.length;
  }

  private static String chunk(String delta, String finish) {
    String reason = finish == null ? "null" : "\"" + finish + "\"";
    return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + reason
        + "}],\"usage\":null}\n\n";
  }
}
