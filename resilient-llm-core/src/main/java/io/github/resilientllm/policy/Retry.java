package io.github.resilientllm.policy;

import io.github.resilientllm.chat.Experimental;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How often, and after what delay, the same target is asked again.
 *
 * <p>Attempts are counted, the first one included. Each retry also spends from the {@link Budget},
 * so that retries cannot multiply an outage.
 *
 * <p>A delay that is not set follows from the deadline, so that setting the deadline alone never
 * contradicts.
 */
public final class Retry {

  /** How a delay is spread, so that callers who failed together do not come back together. */
  public enum Jitter {
    /**
     * Uniform between zero and the exponential delay. The least work for the server of all schemes
     * compared in "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015).
     */
    FULL,
    /**
     * Uniform between the base delay and three times the delay before. Somewhat faster than {@link
     * #FULL} for somewhat more work; from the same article.
     */
    DECORRELATED,
    /** The exponential delay itself. Only where something else spreads the callers. */
    NONE
  }

  private final int maxAttempts;
  private final Duration baseDelay;
  private final Duration maxDelay;
  private final boolean delaySet;
  private final Duration throttledDelay;
  private final boolean throttledSet;
  private final Jitter jitter;
  private final Duration maxServerDelay;
  private final boolean retriesUnauthorized;

  private Retry(
      int maxAttempts,
      Duration baseDelay,
      Duration maxDelay,
      boolean delaySet,
      Duration throttledDelay,
      boolean throttledSet,
      Jitter jitter,
      Duration maxServerDelay,
      boolean retriesUnauthorized) {
    this.maxAttempts = maxAttempts;
    this.baseDelay = baseDelay;
    this.maxDelay = maxDelay;
    this.delaySet = delaySet;
    this.throttledDelay = throttledDelay;
    this.throttledSet = throttledSet;
    this.jitter = jitter;
    this.maxServerDelay = maxServerDelay;
    this.retriesUnauthorized = retriesUnauthorized;
  }

  /**
   * At most this many attempts at one target, the first included; the rest by default.
   *
   * @param maxAttempts 1 to 20
   */
  public static Retry upTo(int maxAttempts) {
    Require.between("maxAttempts", maxAttempts, 1, 20);
    return new Retry(
        maxAttempts,
        Duration.ofMillis(500),
        Duration.ofSeconds(8),
        false,
        Duration.ofSeconds(1),
        false,
        Jitter.FULL,
        Duration.ofSeconds(60),
        false);
  }

  /** One attempt and no retry. */
  public static Retry none() {
    return upTo(1);
  }

  /** The same with another bound on the attempts at one target, 1 to 20. */
  public Retry withMaxAttempts(int attempts) {
    Require.between("maxAttempts", attempts, 1, 20);
    return new Retry(
        attempts,
        baseDelay,
        maxDelay,
        delaySet,
        throttledDelay,
        throttledSet,
        jitter,
        maxServerDelay,
        retriesUnauthorized);
  }

  /** The same with other delays. */
  public Retry withDelay(Duration base, Duration max) {
    Require.positive("baseDelay", base);
    Require.positive("maxDelay", max);
    if (base.compareTo(max) > 0) {
      throw new IllegalArgumentException("baseDelay " + base + " is longer than maxDelay " + max);
    }
    return new Retry(
        maxAttempts,
        base,
        max,
        true,
        throttledDelay,
        throttledSet,
        jitter,
        maxServerDelay,
        retriesUnauthorized);
  }

  /** The same with another delay after a rate limit whose server names none. */
  public Retry withThrottledDelay(Duration delay) {
    Require.positive("throttledDelay", delay);
    return new Retry(
        maxAttempts,
        baseDelay,
        maxDelay,
        delaySet,
        delay,
        true,
        jitter,
        maxServerDelay,
        retriesUnauthorized);
  }

  /** The same with another jitter. */
  public Retry withJitter(Jitter other) {
    Objects.requireNonNull(other, "other");
    return new Retry(
        maxAttempts,
        baseDelay,
        maxDelay,
        delaySet,
        throttledDelay,
        throttledSet,
        other,
        maxServerDelay,
        retriesUnauthorized);
  }

  /** The same with another bound on the delays of servers. */
  public Retry withMaxServerDelay(Duration delay) {
    Require.positive("maxServerDelay", delay);
    return new Retry(
        maxAttempts,
        baseDelay,
        maxDelay,
        delaySet,
        throttledDelay,
        throttledSet,
        jitter,
        delay,
        retriesUnauthorized);
  }

  /** The same, asking once more after a 401 or not. */
  public Retry withUnauthorizedRetried(boolean retries) {
    return new Retry(
        maxAttempts,
        baseDelay,
        maxDelay,
        delaySet,
        throttledDelay,
        throttledSet,
        jitter,
        maxServerDelay,
        retries);
  }

  /** The same, asking once more after a 401. */
  public Retry withUnauthorizedRetried() {
    return withUnauthorizedRetried(true);
  }

  /**
   * The same where a call has this long: delays that were not set are shortened to fit, the first
   * to an eighth of the deadline at most and the cap to half of it; those that were set stay as
   * they are.
   */
  @Experimental
  public Retry within(Duration deadline) {
    Duration half = deadline.dividedBy(2);
    Duration eighth = deadline.dividedBy(8);
    return new Retry(
        maxAttempts,
        delaySet ? baseDelay : shorter(baseDelay, eighth),
        delaySet ? maxDelay : shorter(maxDelay, half),
        delaySet,
        throttledSet ? throttledDelay : shorter(throttledDelay, deadline.dividedBy(4)),
        throttledSet,
        jitter,
        maxServerDelay,
        retriesUnauthorized);
  }

  /**
   * The most attempts at one target in one call, the first included; hedges are not counted.
   * Default 3: at most three times the work, the bound that "Metastable Failures in the Wild" (OSDI
   * 2022) still finds stable.
   */
  public int maxAttempts() {
    return maxAttempts;
  }

  /**
   * The delay before the first retry, which doubles with each one, before jitter. Default 500 ms,
   * as the vendors' own SDKs, and at most an eighth of the deadline.
   */
  public Duration baseDelay() {
    return baseDelay;
  }

  /**
   * The same after a rate limit without a delay of the server's own. Default 1 s, as AWS SDKs do
   * for throttling, and at most a quarter of the deadline.
   */
  public Duration throttledDelay() {
    return throttledDelay;
  }

  /**
   * The cap on the delay, applied to what jitter made of it. Default 8 s, and at most half of the
   * deadline.
   */
  public Duration maxDelay() {
    return maxDelay;
  }

  /** How the delay is spread. Default {@link Jitter#FULL}. */
  public Jitter jitter() {
    return jitter;
  }

  /**
   * The longest delay of a server that a call waits for; a longer one means that the target is out
   * of reach for this call. Default 60 s: Azure can say a day.
   */
  public Duration maxServerDelay() {
    return maxServerDelay;
  }

  /**
   * Whether a 401 is asked once more, after a delay: outages of vendors have refused valid keys.
   * Default false.
   */
  public boolean retriesUnauthorized() {
    return retriesUnauthorized;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Retry that
        && maxAttempts == that.maxAttempts
        && baseDelay.equals(that.baseDelay)
        && maxDelay.equals(that.maxDelay)
        && delaySet == that.delaySet
        && throttledDelay.equals(that.throttledDelay)
        && throttledSet == that.throttledSet
        && jitter.equals(that.jitter)
        && maxServerDelay.equals(that.maxServerDelay)
        && retriesUnauthorized == that.retriesUnauthorized;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        maxAttempts,
        baseDelay,
        maxDelay,
        delaySet,
        throttledDelay,
        throttledSet,
        jitter,
        maxServerDelay,
        retriesUnauthorized);
  }

  @Override
  public String toString() {
    return "Retry[maxAttempts="
        + maxAttempts
        + ", baseDelay="
        + baseDelay
        + ", maxDelay="
        + maxDelay
        + ", delaySet="
        + delaySet
        + ", throttledDelay="
        + throttledDelay
        + ", throttledSet="
        + throttledSet
        + ", jitter="
        + jitter
        + ", maxServerDelay="
        + maxServerDelay
        + ", retriesUnauthorized="
        + retriesUnauthorized
        + "]";
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
