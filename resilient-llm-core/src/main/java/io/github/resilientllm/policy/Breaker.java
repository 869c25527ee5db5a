package io.github.resilientllm.policy;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a target is taken out of service, and how it comes back: a circuit breaker per target.
 *
 * <p>The window counts attempts, in tens, because at the rates of language models a window of a
 * hundred would never fill. What counts is said by {@link
 * io.github.resilientllm.chat.ErrorKind#countsAgainstTarget()}; a first token of a stream that
 * comes late counts as well. An open breaker sends calls to the next target at once. After {@code
 * openFor} one call probes the target, and its success closes the breaker.
 *
 * <p>The last target of a call is never ejected by its failure rate: with nothing else to try,
 * trying is better than not, and how often is for {@link Budget} to say. A refused key or an
 * exhausted quota does eject it, for {@code lockedFor}.
 *
 * @param window how many attempts are looked at, 2 to 100. Default 20; 0 is off
 * @param failures how many failures among them open it. Default 10
 * @param openFor how long it stays open before a probe. Default 10 s
 * @param lockedFor how long a refused key, a missing model or an exhausted quota opens it. Default
 *     5 minutes
 * @param slowAfterOrNull a first token later than this counts as a failure; null, the default, for
 *     half of {@link Timeouts#firstToken()}
 * @param ejectsLastTarget whether even a call's last target is ejected, so that the call fails at
 *     once with {@code CIRCUIT_OPEN}. Default false
 */
public record Breaker(
    int window,
    int failures,
    Duration openFor,
    Duration lockedFor,
    @Nullable Duration slowAfterOrNull,
    boolean ejectsLastTarget) {

  /** Checks every value, naming the one that is wrong. */
  public Breaker {
    if (window != 0) {
      Require.between("window", window, 2, 100);
      Require.between("failures", failures, 1, window);
    }
    Require.positive("openFor", openFor);
    Require.positive("lockedFor", lockedFor);
    if (slowAfterOrNull != null) {
      Require.positive("slowAfter", slowAfterOrNull);
    }
  }

  /** The default: 10 failures among the last 20 attempts, open for 10 s. */
  public static Breaker standard() {
    return opensAfter(10, 20);
  }

  /** Opens after so many failures among the last attempts; the rest by default. */
  public static Breaker opensAfter(int failures, int window) {
    Require.between("window", window, 2, 100);
    return new Breaker(
        window, failures, Duration.ofSeconds(10), Duration.ofMinutes(5), null, false);
  }

  /** No breaker. */
  public static Breaker none() {
    return new Breaker(0, 0, Duration.ofSeconds(10), Duration.ofMinutes(5), null, false);
  }

  /** Whether there is a breaker. */
  public boolean enabled() {
    return window > 0;
  }

  /** How late a first token counts as a failure; empty for half of the first-token time-out. */
  public Optional<Duration> slowAfter() {
    return Optional.ofNullable(slowAfterOrNull);
  }

  /** The same with another time until the probe. */
  public Breaker withOpenFor(Duration time) {
    return new Breaker(window, failures, time, lockedFor, slowAfterOrNull, ejectsLastTarget);
  }

  /** The same with another time out of service for a refused key or an exhausted quota. */
  public Breaker withLockedFor(Duration time) {
    return new Breaker(window, failures, openFor, time, slowAfterOrNull, ejectsLastTarget);
  }

  /** The same with another measure of a late first token. */
  public Breaker withSlowAfter(Duration time) {
    return new Breaker(window, failures, openFor, lockedFor, time, ejectsLastTarget);
  }

  /** The same, ejecting even a call's last target. */
  public Breaker ejectingLastTarget() {
    return new Breaker(window, failures, openFor, lockedFor, slowAfterOrNull, true);
  }
}
