package io.github.resilientllm.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of a call. They are checked every 10 ms, so a call ends at most that much later.
 *
 * <p>A clock that is not set follows from the deadline, so that setting the deadline alone never
 * contradicts.
 *
 * <p>The clocks of the first token and of the stall need an answer that is streamed by the vendor:
 * that of {@code stream}, and with a {@link Hedge} that of {@code chat}.
 *
 * @param deadline the whole call: all attempts, all waits, and the reading of a stream. Default 2
 *     minutes
 * @param attemptOrNull one attempt from its start to its end; null, the default, for half of the
 *     deadline, so that there is time for another
 * @param firstTokenOrNull one attempt from its start to its first content, where the vendor
 *     streams; null, the default, for a quarter of the deadline. Keep-alives are not content. A
 *     model that reasons in silence needs more
 * @param stallOrNull the silence between two pieces of a stream; null, the default, for a sixth of
 *     the deadline. Time that the reader takes is not counted
 */
public record Timeouts(
    Duration deadline,
    @Nullable Duration attemptOrNull,
    @Nullable Duration firstTokenOrNull,
    @Nullable Duration stallOrNull) {

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException if one is not positive, or a clock is longer than the one
   *     around it
   */
  public Timeouts {
    Require.positive("deadline", deadline);
    checkWithin("attempt", attemptOrNull, "deadline", deadline);
    Duration around = attemptOrNull == null ? deadline : attemptOrNull;
    String name = attemptOrNull == null ? "deadline" : "attempt";
    checkWithin("firstToken", firstTokenOrNull, name, around);
    checkWithin("stall", stallOrNull, name, around);
  }

  /** The default: 2 minutes for the call. */
  public static Timeouts standard() {
    return deadline(Duration.ofMinutes(2));
  }

  /** This long for the call; the other clocks follow from it. */
  public static Timeouts deadline(Duration deadline) {
    return new Timeouts(deadline, null, null, null);
  }

  /** The same with a limit on each attempt. */
  public Timeouts withAttempt(Duration time) {
    return new Timeouts(deadline, time, firstTokenOrNull, stallOrNull);
  }

  /** The same with a limit on the time to the first content. */
  public Timeouts withFirstToken(Duration time) {
    return new Timeouts(deadline, attemptOrNull, time, stallOrNull);
  }

  /** The same with a limit on the silence within a stream. */
  public Timeouts withStall(Duration time) {
    return new Timeouts(deadline, attemptOrNull, firstTokenOrNull, time);
  }

  /** One attempt from its start to its end. */
  public Duration attempt() {
    return attemptOrNull == null ? deadline.dividedBy(2) : attemptOrNull;
  }

  /** One attempt from its start to its first content. */
  public Duration firstToken() {
    return firstTokenOrNull == null ? min(deadline.dividedBy(4), attempt()) : firstTokenOrNull;
  }

  /** The silence between two pieces of a stream. */
  public Duration stall() {
    return stallOrNull == null ? min(deadline.dividedBy(6), attempt()) : stallOrNull;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static void checkWithin(
      String name, @Nullable Duration value, String outerName, Duration outer) {
    if (value == null) {
      return;
    }
    Require.positive(name, value);
    if (value.compareTo(outer) > 0) {
      throw new IllegalArgumentException(
          name
              + " "
              + value
              + " is longer than the "
              + outerName
              + " of "
              + outer
              + " around it and could never end anything; shorten it or lengthen the "
              + outerName);
    }
  }
}
