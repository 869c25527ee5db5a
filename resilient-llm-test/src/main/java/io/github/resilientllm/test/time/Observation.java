package io.github.resilientllm.test.time;

import io.github.resilientllm.chat.ErrorKind;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a real model took one request.
 *
 * @param at when it was asked, since the beginning
 * @param error why it did not answer; null if it did
 * @param retryAfter how long it asked to wait; null if it did not, or if nobody knows
 * @param firstToken the time to its first token; null if there was none, or if nobody knows
 * @param lasted until it had answered, or failed, or until nobody waited for it any more
 */
public record Observation(
    Duration at,
    @Nullable ErrorKind error,
    @Nullable Duration retryAfter,
    @Nullable Duration firstToken,
    Duration lasted) {
  /** Checks that the times are there. */
  public Observation {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(lasted, "lasted");
  }

  /** The time to the first token; all of the time where nothing else is known. */
  Duration opening() {
    return firstToken == null ? lasted : firstToken;
  }

  /**
   * Whether it was our own clock, or nobody's wish, that ended it: the model itself said nothing.
   */
  boolean wasSilent() {
    return error == ErrorKind.TIMEOUT || error == ErrorKind.STALLED;
  }

  /** Whether it was on its way to an answer, as far as anybody saw. */
  boolean answers() {
    return error == null || error == ErrorKind.CANCELLED;
  }
}
