package io.github.resilientllm.policy;

import java.time.Duration;

/**
 * How many attempts at one target may run at once, and how long a call waits for its place.
 *
 * @param limit the attempts in flight, 1 to 100,000; 0 is off, the default
 * @param maxWaiting the most calls that wait for a place; one more goes to its next target or ends
 *     with {@code LIMIT_EXCEEDED}; background calls do not count against the others. Default 100
 * @param maxWait the longest wait; never past the call's deadline. Default 10 s
 */
public record Concurrency(int limit, int maxWaiting, Duration maxWait) {

  /** Checks every value, naming the one that is wrong. */
  public Concurrency {
    Require.between("limit", limit, 0, 100_000);
    Require.between("maxWaiting", maxWaiting, 0, 100_000);
    Require.notNegative("maxWait", maxWait);
  }

  /** At most this many attempts in flight; the rest by default. */
  public static Concurrency atMost(int limit) {
    Require.between("limit", limit, 1, 100_000);
    return new Concurrency(limit, 100, Duration.ofSeconds(10));
  }

  /** No limit; the default. */
  public static Concurrency unlimited() {
    return new Concurrency(0, 0, Duration.ZERO);
  }

  /** Whether there is a limit. */
  public boolean enabled() {
    return limit > 0;
  }

  /** The same with another bound on those who wait and on how long. */
  public Concurrency withWaiting(int maxWaiting, Duration maxWait) {
    return new Concurrency(limit, maxWaiting, maxWait);
  }
}
