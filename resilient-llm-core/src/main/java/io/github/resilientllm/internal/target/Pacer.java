package io.github.resilientllm.internal.target;

import io.github.resilientllm.policy.RateLimit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The generic cell rate algorithm (ITU-T I.371): a start is allowed when the theoretical arrival
 * time is no further ahead than the burst allows.
 *
 * <p>Our own, and not Failsafe's, because that one reads the system clock.
 */
final class Pacer {
  private final long interval;
  private final long tolerance;
  private final AtomicLong theoreticalArrival = new AtomicLong();

  Pacer(RateLimit limit) {
    this.interval = Math.max(1, limit.period().toNanos() / limit.permits());
    this.tolerance = interval * (limit.burst() - 1);
  }

  /** Takes a turn and returns 0, or takes none and returns the instant of the next one. */
  long tryTake(long now) {
    while (true) {
      long expected = theoreticalArrival.get();
      if (expected - tolerance > now) {
        return expected - tolerance;
      }
      if (theoreticalArrival.compareAndSet(expected, Math.max(expected, now) + interval)) {
        return 0;
      }
    }
  }

  /** Gives a turn back that was not used. */
  void giveBack() {
    theoreticalArrival.addAndGet(-interval);
  }
}
