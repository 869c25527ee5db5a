package io.github.resilientllm.internal.conversation;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What texts pass before they are written, if anything.
 *
 * @param redactor null for nothing
 */
record Redaction(@Nullable UnaryOperator<String> redactor) {
  static final Redaction NONE = new Redaction(null);

  String of(String text) {
    return redactor == null ? text : redactor.apply(text);
  }

  /**
   * How much of a growing text may be written: all of it, or whole sentences if they are redacted,
   * for half a name would pass.
   */
  int endOfWhole(CharSequence text) {
    if (redactor == null) {
      return text.length();
    }
    for (int i = text.length() - 1; i > 0; i--) {
      char before = text.charAt(i - 1);
      boolean endsSentence = before == '.' || before == '!' || before == '?';
      if (before == '\n' || (endsSentence && Character.isWhitespace(text.charAt(i)))) {
        return i;
      }
    }
    return 0;
  }
}
