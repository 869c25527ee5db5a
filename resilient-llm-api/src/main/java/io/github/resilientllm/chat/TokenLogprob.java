package io.github.resilientllm.chat;

import java.util.List;
import java.util.Objects;

/**
 * How likely a token of an answer was to the model.
 *
 * @param token its text, which may be a part of a character
 * @param logprob the natural logarithm of its probability, 0 or less
 * @param alternatives the likeliest tokens at its place, the most likely first, each without
 *     alternatives of its own; empty if none were asked for
 */
public record TokenLogprob(String token, double logprob, List<TokenLogprob> alternatives) {

  /** Refuses null, and copies the list. */
  public TokenLogprob {
    Objects.requireNonNull(token, "token");
    alternatives = List.copyOf(alternatives);
  }

  /** Shows no content. */
  @Override
  public String toString() {
    return "TokenLogprob[" + logprob + ", " + alternatives.size() + " alternatives]";
  }
}
