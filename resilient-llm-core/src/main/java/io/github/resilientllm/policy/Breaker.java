package io.github.resilientllm.policy;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a target is taken out of service, and how it comes back: a circuit breaker per target.
 *
 * <p>The window counts attempts, in tens, because at the rates of language models a window of a
 * hundred would never fill. What counts is said by {@link
 * io.github.resilientllm.chat.ErrorKind#countsAgainstTarget()}; a first token of a stream that
 * comes late counts as well. An open breaker sends calls to the next target at once. After {@link
 * #openFor()} one call probes the target, and its success closes the breaker.
 *
 * <p>The last target of a call is never ejected by its failure rate: with nothing else to try,
 * trying is better than not, and how often is for {@link Budget} to say. A refused key or an
 * exhausted quota does eject it, for {@link #lockedFor()}.
 */
public final class Breaker {
  private final int window;
  private final int failures;
  private final Duration openFor;
  private final Duration lockedFor;
  private final @Nullable Duration slowAfter;
  private final boolean ejectsLastTarget;

  private Breaker(
      int window,
      int failures,
      Duration openFor,
      Duration lockedFor,
      @Nullable Duration slowAfter,
      boolean ejectsLastTarget) {
    this.window = window;
    this.failures = failures;
    this.openFor = openFor;
    this.lockedFor = lockedFor;
    this.slowAfter = slowAfter;
    this.ejectsLastTarget = ejectsLastTarget;
  }

  /** The default: 10 failures among the last 20 attempts, open for 10 s. */
  public static Breaker standard() {
    return opensAfter(10, 20);
  }

  /**
   * Opens after so many failures among the last attempts; the rest by default.
   *
   * @param failures 1 to {@code window}
   * @param window 2 to 100
   */
  public static Breaker opensAfter(int failures, int window) {
    return none().withOpening(failures, window);
  }

  /** No breaker. */
  public static Breaker none() {
    return new Breaker(0, 0, Duration.ofSeconds(10), Duration.ofMinutes(5), null, false);
  }

  /**
   * The same, opening after so many failures among the last attempts.
   *
   * @param most 1 to {@code among}
   * @param among 2 to 100
   */
  public Breaker withOpening(int most, int among) {
    Require.between("window", among, 2, 100);
    Require.between("failures", most, 1, among);
    return new Breaker(among, most, openFor, lockedFor, slowAfter, ejectsLastTarget);
  }

  /** The same with another time until the probe. */
  public Breaker withOpenFor(Duration time) {
    Require.positive("openFor", time);
    return new Breaker(window, failures, time, lockedFor, slowAfter, ejectsLastTarget);
  }

  /** The same with another time out of service for a refused key or an exhausted quota. */
  public Breaker withLockedFor(Duration time) {
    Require.positive("lockedFor", time);
    return new Breaker(window, failures, openFor, time, slowAfter, ejectsLastTarget);
  }

  /** The same with another measure of a late first token. */
  public Breaker withSlowAfter(Duration time) {
    Require.positive("slowAfter", time);
    return new Breaker(window, failures, openFor, lockedFor, time, ejectsLastTarget);
  }

  /** The same, ejecting even a call's last target or not. */
  public Breaker withLastTargetEjected(boolean ejects) {
    return new Breaker(window, failures, openFor, lockedFor, slowAfter, ejects);
  }

  /** The same, ejecting even a call's last target. */
  public Breaker ejectingLastTarget() {
    return withLastTargetEjected(true);
  }

  /** Whether there is a breaker. */
  public boolean enabled() {
    return window > 0;
  }

  /** How many attempts are looked at, 2 to 100; 0 without a breaker. Default 20. */
  public int window() {
    return window;
  }

  /** How many failures among them open it. Default 10. */
  public int failures() {
    return failures;
  }

  /** How long it stays open before a probe. Default 10 s. */
  public Duration openFor() {
    return openFor;
  }

  /** How long a refused key, a missing model or an exhausted quota opens it. Default 5 minutes. */
  public Duration lockedFor() {
    return lockedFor;
  }

  /**
   * How late a first token counts as a failure; empty, the default, for half of {@link
   * Timeouts#firstToken()}.
   */
  public Optional<Duration> slowAfter() {
    return Optional.ofNullable(slowAfter);
  }

  /**
   * Whether even a call's last target is ejected, so that the call fails at once with {@code
   * CIRCUIT_OPEN}. Default false.
   */
  public boolean ejectsLastTarget() {
    return ejectsLastTarget;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Breaker that
        && window == that.window
        && failures == that.failures
        && openFor.equals(that.openFor)
        && lockedFor.equals(that.lockedFor)
        && Objects.equals(slowAfter, that.slowAfter)
        && ejectsLastTarget == that.ejectsLastTarget;
  }

  @Override
  public int hashCode() {
    return Objects.hash(window, failures, openFor, lockedFor, slowAfter, ejectsLastTarget);
  }

  @Override
  public String toString() {
    return "Breaker[window="
        + window
        + ", failures="
        + failures
        + ", openFor="
        + openFor
        + ", lockedFor="
        + lockedFor
        + ", slowAfter="
        + slowAfter
        + ", ejectsLastTarget="
        + ejectsLastTarget
        + "]";
  }
}
