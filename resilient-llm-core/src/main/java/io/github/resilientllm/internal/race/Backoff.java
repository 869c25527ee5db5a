package io.github.resilientllm.internal.race;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Retry;
import java.time.Duration;

/** How long a retry waits, as a pure function of the policy, the failures and one random number. */
final class Backoff {
  private Backoff() {}

  /**
   * Our own delay before a retry: jitter first, then the cap. A delay that the server asked for is
   * a floor to which this is added, so that those who were sent away together do not come back
   * together.
   *
   * @param retry 1 for the first retry
   * @param previousNanos our own delay before the last retry; 0 for the first
   * @param random uniform in [0, 1)
   */
  static long delayNanos(
      Retry policy, ErrorKind after, int retry, long previousNanos, double random) {
    Duration baseDelay =
        after == ErrorKind.RATE_LIMITED ? policy.throttledDelay() : policy.baseDelay();
    long base = baseDelay.toNanos();
    long cap = policy.maxDelay().toNanos();
    long exponential = (long) Math.min((double) cap, base * Math.pow(2, retry - 1));
    return switch (policy.jitter()) {
      case FULL -> (long) (random * exponential);
      case NONE -> exponential;
      case DECORRELATED -> {
        long widest = Math.max(base, 3 * previousNanos);
        yield Math.min(cap, (long) (base + random * (widest - base)));
      }
    };
  }
}
