package io.github.resilientllm.test.judge;

import java.util.Objects;

/**
 * What a client returned for an answer.
 *
 * @param text the answer
 * @param finish why the client says that it ended, in any words; empty if it does not say
 * @param model the model that the client says has answered; empty if it does not say
 * @param outputTokens what the client says it cost; negative if it does not say
 */
public record Said(String text, String finish, String model, long outputTokens) {
  /** Checks that nothing is null. */
  public Said {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(finish, "finish");
    Objects.requireNonNull(model, "model");
  }

  /** An answer of which nothing is known but its text. */
  public static Said text(String text) {
    return new Said(text, "", "", -1);
  }

  /** Without the text. */
  @Override
  public String toString() {
    return "Said[" + text.length() + " characters]";
  }
}
