package io.github.resilientllm.policy;

import java.time.Duration;
import java.util.Objects;

/**
 * How often, and after what delay, the same target is asked again.
 *
 * <p>Attempts are counted, the first one included. Each retry also spends from the {@link Budget},
 * so that retries cannot multiply an outage.
 *
 * @param maxAttempts the most attempts at one target in one call, the first included, 1 to 20;
 *     hedges are not counted. Default 3: at most three times the work, the bound that "Metastable
 *     Failures in the Wild" (OSDI 2022) still finds stable
 * @param baseDelay the delay before the first retry, which doubles with each one, before jitter.
 *     Default 500 ms, as the vendors' own SDKs
 * @param throttledDelay the same after a rate limit without a delay of the server's own. Default 1
 *     s, as AWS SDKs do for throttling
 * @param maxDelay the cap on the delay, applied to what jitter made of it. Default 8 s
 * @param jitter how the delay is spread. Default {@link Jitter#FULL}
 * @param maxServerDelay the longest delay of a server that a call waits for; a longer one means
 *     that the target is out of reach for this call. Default 60 s: Azure can say a day
 * @param retriesUnauthorized whether a 401 is asked once more, after a delay: outages of vendors
 *     have refused valid keys. Default false
 */
public record Retry(
    int maxAttempts,
    Duration baseDelay,
    Duration throttledDelay,
    Duration maxDelay,
    Jitter jitter,
    Duration maxServerDelay,
    boolean retriesUnauthorized) {

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

  /** Checks every value, naming the one that is wrong. */
  public Retry {
    Require.between("maxAttempts", maxAttempts, 1, 20);
    Require.positive("baseDelay", baseDelay);
    Require.positive("throttledDelay", throttledDelay);
    Require.positive("maxDelay", maxDelay);
    Require.positive("maxServerDelay", maxServerDelay);
    Objects.requireNonNull(jitter, "jitter");
    if (baseDelay.compareTo(maxDelay) > 0) {
      throw new IllegalArgumentException(
          "baseDelay " + baseDelay + " is longer than maxDelay " + maxDelay);
    }
  }

  /** At most this many attempts at one target, the first included; the rest by default. */
  public static Retry upTo(int maxAttempts) {
    return new Retry(
        maxAttempts,
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(8),
        Jitter.FULL,
        Duration.ofSeconds(60),
        false);
  }

  /** One attempt and no retry. */
  public static Retry none() {
    return upTo(1);
  }

  /** The same with other delays. */
  public Retry withDelay(Duration base, Duration max) {
    return new Retry(
        maxAttempts, base, throttledDelay, max, jitter, maxServerDelay, retriesUnauthorized);
  }

  /** The same with another delay after a rate limit whose server names none. */
  public Retry withThrottledDelay(Duration delay) {
    return new Retry(
        maxAttempts, baseDelay, delay, maxDelay, jitter, maxServerDelay, retriesUnauthorized);
  }

  /** The same with another jitter. */
  public Retry withJitter(Jitter other) {
    return new Retry(
        maxAttempts,
        baseDelay,
        throttledDelay,
        maxDelay,
        other,
        maxServerDelay,
        retriesUnauthorized);
  }

  /** The same with another bound on the delays of servers. */
  public Retry withMaxServerDelay(Duration delay) {
    return new Retry(
        maxAttempts, baseDelay, throttledDelay, maxDelay, jitter, delay, retriesUnauthorized);
  }

  /** The same, asking once more after a 401. */
  public Retry withUnauthorizedRetried() {
    return new Retry(
        maxAttempts, baseDelay, throttledDelay, maxDelay, jitter, maxServerDelay, true);
  }
}
