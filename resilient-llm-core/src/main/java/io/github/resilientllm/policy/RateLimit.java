package io.github.resilientllm.policy;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts at one target may start in a time, evenly spaced after a burst (GCRA, the
 * generic cell rate algorithm of ITU-T I.371).
 */
public final class RateLimit {
  private final int permits;
  private final Duration period;
  private final int burst;
  private final Duration maxWait;
  private final boolean obeysVendor;

  private RateLimit(
      int permits, Duration period, int burst, Duration maxWait, boolean obeysVendor) {
    this.permits = permits;
    this.period = period;
    this.burst = burst;
    this.maxWait = maxWait;
    this.obeysVendor = obeysVendor;
  }

  /**
   * At most this many attempts per time; the rest by default.
   *
   * @param permits 1 to 1,000,000
   */
  public static RateLimit of(int permits, Duration period) {
    Require.between("permits", permits, 1, 1_000_000);
    Require.positive("period", period);
    return new RateLimit(permits, period, Math.max(1, permits / 10), Duration.ofSeconds(10), true);
  }

  /** No limit but the vendor's; the default. */
  public static RateLimit unlimited() {
    return new RateLimit(0, Duration.ofSeconds(1), 0, Duration.ZERO, true);
  }

  /** The same with another burst, 1 to {@link #permits()}. */
  public RateLimit withBurst(int attempts) {
    if (!enabled()) {
      throw new IllegalArgumentException(
          "A burst of " + attempts + " needs a limit; begin with RateLimit.of(permits, period)");
    }
    Require.between("burst", attempts, 1, permits);
    return new RateLimit(permits, period, attempts, maxWait, obeysVendor);
  }

  /** The same with another bound on the wait. */
  public RateLimit withMaxWait(Duration wait) {
    Require.notNegative("maxWait", wait);
    return new RateLimit(permits, period, burst, wait, obeysVendor);
  }

  /** The same, obeying what the vendor says is left of its own limits or not. */
  public RateLimit withVendorObeyed(boolean obeys) {
    return new RateLimit(permits, period, burst, maxWait, obeys);
  }

  /**
   * The same, taking no notice of what the vendor says: for one, or a proxy, that says it wrongly.
   */
  public RateLimit ignoringVendor() {
    return withVendorObeyed(false);
  }

  /** Whether there is a limit of our own. */
  public boolean enabled() {
    return permits > 0;
  }

  /** The attempts per {@link #period()}; 0 for any number, the default. */
  public int permits() {
    return permits;
  }

  /** The time. */
  public Duration period() {
    return period;
  }

  /** How many may start at once after a quiet time. Default 1/10 of the permits, at least 1. */
  public int burst() {
    return burst;
  }

  /** The longest wait for a turn; never past the call's deadline. Default 10 s. */
  public Duration maxWait() {
    return maxWait;
  }

  /**
   * Whether what the vendor says is left of its own limits is spread over the time until it counts
   * anew, the last tenth being kept for calls that are not {@linkplain
   * io.github.resilientllm.chat.ChatRequest#background() in the background}. Default true.
   */
  public boolean obeysVendor() {
    return obeysVendor;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RateLimit that
        && permits == that.permits
        && period.equals(that.period)
        && burst == that.burst
        && maxWait.equals(that.maxWait)
        && obeysVendor == that.obeysVendor;
  }

  @Override
  public int hashCode() {
    return Objects.hash(permits, period, burst, maxWait, obeysVendor);
  }

  @Override
  public String toString() {
    return "RateLimit[permits="
        + permits
        + ", period="
        + period
        + ", burst="
        + burst
        + ", maxWait="
        + maxWait
        + ", obeysVendor="
        + obeysVendor
        + "]";
  }
}
