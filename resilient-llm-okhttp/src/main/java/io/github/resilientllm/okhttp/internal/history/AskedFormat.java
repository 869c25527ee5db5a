package io.github.resilientllm.okhttp.internal.history;

import io.github.resilientllm.chat.ResponseFormat;
import java.util.List;

/** The shape of an answer in words, for models whose vendor enforces none. */
public final class AskedFormat {
  private static final String NOTHING_ELSE =
      ", and with nothing else: no code fence, and no word before or after it.";

  private AskedFormat() {}

  /** What to add to the instructions; empty for free text. */
  public static List<String> instructions(ResponseFormat format) {
    if (format instanceof ResponseFormat.JsonSchema schema) {
      return List.of(
          "Answer with JSON that obeys this JSON Schema" + NOTHING_ELSE + "\n" + schema.schema());
    }
    return format == ResponseFormat.json()
        ? List.of("Answer with one JSON object" + NOTHING_ELSE)
        : List.of();
  }
}
