package io.github.resilientllm.policy;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How many attempts at one target may run at once, and how long a call waits for its place. */
public final class Concurrency {
  private final int limit;
  private final int maxWaiting;
  private final Duration maxWait;

  private Concurrency(int limit, int maxWaiting, Duration maxWait) {
    this.limit = limit;
    this.maxWaiting = maxWaiting;
    this.maxWait = maxWait;
  }

  /** At most this many attempts in flight, 1 to 100,000; the rest by default. */
  public static Concurrency atMost(int limit) {
    Require.between("limit", limit, 1, 100_000);
    return new Concurrency(limit, 100, Duration.ofSeconds(10));
  }

  /** No limit; the default. */
  public static Concurrency unlimited() {
    return new Concurrency(0, 0, Duration.ZERO);
  }

  /** The same with another limit, 1 to 100,000. */
  public Concurrency withLimit(int attempts) {
    Require.between("limit", attempts, 1, 100_000);
    return new Concurrency(attempts, maxWaiting, maxWait);
  }

  /** The same with another bound on those who wait and on how long. */
  public Concurrency withWaiting(int most, Duration longest) {
    Require.between("maxWaiting", most, 0, 100_000);
    Require.notNegative("maxWait", longest);
    return new Concurrency(limit, most, longest);
  }

  /** Whether there is a limit. */
  public boolean enabled() {
    return limit > 0;
  }

  /** The attempts in flight; 0 for any number, the default. */
  public int limit() {
    return limit;
  }

  /**
   * The most calls that wait for a place; one more goes to its next target or ends with {@code
   * LIMIT_EXCEEDED}; background calls do not count against the others. Default 100.
   */
  public int maxWaiting() {
    return maxWaiting;
  }

  /** The longest wait; never past the call's deadline. Default 10 s. */
  public Duration maxWait() {
    return maxWait;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Concurrency that
        && limit == that.limit
        && maxWaiting == that.maxWaiting
        && maxWait.equals(that.maxWait);
  }

  @Override
  public int hashCode() {
    return Objects.hash(limit, maxWaiting, maxWait);
  }

  @Override
  public String toString() {
    return "Concurrency[limit="
        + limit
        + ", maxWaiting="
        + maxWaiting
        + ", maxWait="
        + maxWait
        + "]";
  }
}
