package io.github.resilientllm.internal.target;

import io.github.resilientllm.policy.Timeouts;
import java.time.Duration;

/**
 * The clocks of an attempt at one target, in nanoseconds, converted once and not per chunk.
 *
 * @param attempt from its start to its end
 * @param firstToken to its first content, with another target at hand
 * @param firstTokenAlone the same with none, where to give up means to ask the same one again
 * @param thinking to the first content of an attempt that may think in silence
 * @param stall between two pieces
 */
public record Clocks(
    long attempt, long firstToken, long firstTokenAlone, long thinking, long stall) {

  /** A client's. */
  public static Clocks of(Timeouts timeouts) {
    Duration quarter = timeouts.deadline().dividedBy(4);
    return new Clocks(
        timeouts.attempt().toNanos(),
        timeouts.firstToken().toNanos(),
        timeouts.firstTokenIfSet().orElse(min(quarter, timeouts.attempt())).toNanos(),
        timeouts.thinking().toNanos(),
        timeouts.stall().toNanos());
  }

  /** The same in a shorter time: all in proportion, so that there still is time for another. */
  public Clocks times(double share) {
    return share == 1
        ? this
        : new Clocks(
            (long) (attempt * share),
            (long) (firstToken * share),
            (long) (firstTokenAlone * share),
            (long) (thinking * share),
            (long) (stall * share));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
