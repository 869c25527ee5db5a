package io.github.resilientllm.load;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * The best that one hedge at a fixed delay can reach for a distribution of latencies, found by
 * trying delays: the lowest 99th percentile whose hedges are no more than the allowed share of
 * calls. What a client cannot know, the distribution, is known here.
 *
 * @param delayMillis when the hedge starts
 * @param p99Millis what it reaches
 * @param load hedges per call
 */
record Optimum(double delayMillis, double p99Millis, double load) {
  private static final int CALLS = 100_000;

  /** The optimum; the same for the same seed. */
  static Optimum of(ToDoubleFunction<SplittableRandom> latency, double maxLoad, long seed) {
    Optimum best = new Optimum(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0);
    for (double delay = 10; delay <= 2_000; delay *= 1.05) {
      Optimum tried = at(delay, latency, seed);
      if (tried.load <= maxLoad && tried.p99Millis < best.p99Millis) {
        best = tried;
      }
    }
    return best;
  }

  private static Optimum at(double delay, ToDoubleFunction<SplittableRandom> latency, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Latencies ends = new Latencies();
    int hedges = 0;
    for (int i = 0; i < CALLS; i++) {
      double first = latency.applyAsDouble(random);
      double second = latency.applyAsDouble(random);
      boolean hedged = first > delay;
      hedges += hedged ? 1 : 0;
      ends.add((long) (1e6 * (hedged ? Math.min(first, delay + second) : first)));
    }
    return new Optimum(delay, ends.micros(0.99) / 1e3, (double) hedges / CALLS);
  }
}
