package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.policy.Conversations;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What texts pass before they are written, if anything.
 *
 * @param redactor null for nothing
 * @param wholeUpTo how much of a growing text it may be given; null for none before the end
 */
record Redaction(
    @Nullable UnaryOperator<String> redactor, @Nullable ToIntFunction<String> wholeUpTo) {
  static final Redaction NONE = new Redaction(null, null);

  static Redaction by(Conversations policy) {
    return new Redaction(policy.redactor().orElse(null), policy.redactableUpTo().orElse(null));
  }

  /** Whether texts are written as they were said. */
  boolean isNone() {
    return redactor == null;
  }

  String of(String text) {
    if (redactor == null) {
      return text;
    }
    try {
      return redactor.apply(text);
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  private static JournalException failed(RuntimeException e) {
    return new JournalException(
        JournalException.Reason.FAILED, "the redactor threw " + e.getClass().getName(), e);
  }

  /**
   * How much of a growing text may be written: all of it, unless it is redacted. Then only the
   * application knows where a text can be cut without cutting what is to be redacted: the end of a
   * sentence comes in the middle of "Dr. Smith", and a key has many lines.
   */
  int endOfWhole(String text) {
    if (redactor == null) {
      return text.length();
    }
    if (wholeUpTo == null) {
      return 0;
    }
    try {
      return Math.max(0, Math.min(wholeUpTo.applyAsInt(text), text.length()));
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }
}
