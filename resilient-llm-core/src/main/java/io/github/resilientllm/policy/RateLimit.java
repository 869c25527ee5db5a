package io.github.resilientllm.policy;

import java.time.Duration;

/**
 * How many attempts at one target may start in a time, evenly spaced after a burst (GCRA, the
 * generic cell rate algorithm of ITU-T I.371).
 *
 * @param permits the attempts per {@code period}, 1 to 1,000,000; 0 is off, the default
 * @param period the time
 * @param burst how many may start at once after a quiet time, 1 to {@code permits}. Default 1/10 of
 *     the permits, at least 1
 * @param maxWait the longest wait for a turn; never past the call's deadline. Default 10 s
 * @param obeysVendor whether what the vendor says is left of its own limits is spread over the time
 *     until it counts anew, the last tenth being kept for calls that are not {@linkplain
 *     io.github.resilientllm.chat.ChatRequest#background() in the background}. Default true
 */
public record RateLimit(
    int permits, Duration period, int burst, Duration maxWait, boolean obeysVendor) {

  /** Checks every value, naming the one that is wrong. */
  public RateLimit {
    if (permits != 0) {
      Require.between("permits", permits, 1, 1_000_000);
      Require.between("burst", burst, 1, permits);
    }
    Require.positive("period", period);
    Require.notNegative("maxWait", maxWait);
  }

  /** At most this many attempts per time; the rest by default. */
  public static RateLimit of(int permits, Duration period) {
    Require.between("permits", permits, 1, 1_000_000);
    return new RateLimit(permits, period, Math.max(1, permits / 10), Duration.ofSeconds(10), true);
  }

  /** No limit but the vendor's; the default. */
  public static RateLimit unlimited() {
    return new RateLimit(0, Duration.ofSeconds(1), 0, Duration.ZERO, true);
  }

  /** Whether there is a limit of our own. */
  public boolean enabled() {
    return permits > 0;
  }

  /** The same with another burst. */
  public RateLimit withBurst(int attempts) {
    return new RateLimit(permits, period, attempts, maxWait, obeysVendor);
  }

  /** The same with another bound on the wait. */
  public RateLimit withMaxWait(Duration wait) {
    return new RateLimit(permits, period, burst, wait, obeysVendor);
  }

  /**
   * The same, taking no notice of what the vendor says: for one, or a proxy, that says it wrongly.
   */
  public RateLimit ignoringVendor() {
    return new RateLimit(permits, period, burst, maxWait, false);
  }
}
