package io.github.resilientllm;

import java.util.Objects;

/**
 * What tells a question from all others of its conversation, so that it is asked once: the id of
 * the mail, the order or the job that it comes from.
 *
 * <p>A type of its own, because two texts side by side can be swapped and nothing would say so.
 *
 * @param value any text of 1 to 512 characters
 */
public record TurnKey(String value) {
  private static final int LONGEST = 512; // it stands in the journal beside each question

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException if it is empty or too long
   */
  public TurnKey {
    Objects.requireNonNull(value, "value");
    if (value.isEmpty()) {
      throw new IllegalArgumentException("A turn's key cannot be empty");
    }
    if (value.length() > LONGEST) {
      throw new IllegalArgumentException(
          "A turn's key has at most " + LONGEST + " characters, not " + value.length());
    }
  }

  /** A key, such as {@code mail-17}. */
  public static TurnKey of(String value) {
    return new TurnKey(value);
  }

  /** The key itself. */
  @Override
  public String toString() {
    return value;
  }
}
