package io.github.resilientllm.internal.target;

import io.github.resilientllm.policy.Hedge;
import java.util.concurrent.atomic.AtomicLong;

/** When a first token of a target is late, and whether a hedge may go there. */
public final class HedgeTiming {
  /** No hedges for this long after a rate limit whose server names no delay. */
  private static final long NO_HEDGES = 1_000_000_000L;

  private final LatencyWindow latencies = new LatencyWindow();
  private final AtomicLong unhedgedUntil = new AtomicLong();

  /** How long to wait for a first token before a hedge starts. */
  public long delayNanos(Hedge policy) {
    long learnt = latencies.lateAfter(policy.extraLoad());
    return learnt < 0 ? policy.initialDelay().toNanos() : learnt;
  }

  /**
   * Learns how long a first token took. An attempt that was cancelled is recorded with the time it
   * had: leaving losers out makes the percentile too small and doubles the hedges.
   */
  public void learn(long firstTokenNanos) {
    latencies.record(firstTokenNanos);
  }

  /** Whether a hedge may go here: not for a while after a rate limit. */
  public boolean takesHedges(long now) {
    return unhedgedUntil.get() <= now;
  }

  void rateLimited(long serverDelayNanos, long now) {
    unhedgedUntil.accumulateAndGet(now + Math.max(serverDelayNanos, NO_HEDGES), Math::max);
  }
}
