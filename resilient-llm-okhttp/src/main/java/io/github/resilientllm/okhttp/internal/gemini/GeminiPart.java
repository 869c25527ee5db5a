package io.github.resilientllm.okhttp.internal.gemini;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One part of a Gemini answer, as far as it means something.
 *
 * @param text the text; empty for none
 * @param isThought whether the text is a summary of what the model thought
 * @param signature what the vendor wants back with the part; null for none
 * @param call the tool call; null for none
 * @param served what a tool of the vendor's own was given or gave, by its kind, as it came; empty
 *     for neither
 */
record GeminiPart(
    String text,
    boolean isThought,
    @Nullable String signature,
    @Nullable Call call,
    Map<String, Object> served) {

  /**
   * A tool call, which always comes whole.
   *
   * @param id empty from models before Gemini 3
   * @param arguments a JSON object as text
   */
  record Call(String id, String name, String arguments) {
    @Override
    public String toString() {
      return "Call[" + name + "]";
    }
  }

  /** Shows no content. */
  @Override
  public String toString() {
    return "GeminiPart[" + text.length() + " chars, " + call + "]";
  }
}
