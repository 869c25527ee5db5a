package io.github.resilientllm.benchmarks.load;

import io.github.resilientllm.benchmarks.load.vendor.Latency;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The best that one hedge can do that starts at a fixed delay, known in advance: simulated from the
 * distribution itself.
 */
final class Optimum {
  private static final int DRAWS = 200_000;
  private static final int DELAYS = 50;

  private final double delayMillis;
  private final long hedges;
  private final long[] micros;

  private Optimum(double delayMillis, double[] first, double[] second) {
    this.delayMillis = delayMillis;
    this.hedges = Arrays.stream(first).filter(millis -> millis > delayMillis).count();
    this.micros = new long[first.length];
    for (int i = 0; i < first.length; i++) {
      boolean hedged = first[i] > delayMillis;
      double millis = hedged ? Math.min(first[i], delayMillis + second[i]) : first[i];
      micros[i] = Math.round(millis * 1000);
    }
  }

  /** Looks for the delay with the least p99 among those that hedge at most this share of calls. */
  static Optimum of(Latency latency, double mostLoad) {
    SplittableRandom luck = new SplittableRandom(42);
    double[] first = new double[DRAWS];
    double[] second = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      first[i] = latency.draw(luck);
      second[i] = latency.draw(luck);
    }
    Optimum best = new Optimum(Double.MAX_VALUE, first, second);
    for (int i = 0; i < DELAYS; i++) {
      double delay = Percentile.of(first, 1 - mostLoad + mostLoad * i / DELAYS);
      Optimum candidate = new Optimum(delay, first, second);
      if (candidate.load() <= mostLoad && candidate.p99Micros() < best.p99Micros()) {
        best = candidate;
      }
    }
    return best;
  }

  /** When the hedge starts. */
  double delayMillis() {
    return delayMillis;
  }

  /** The share of calls that have one. */
  double load() {
    return (double) hedges / micros.length;
  }

  double p99Micros() {
    return Percentile.of(micros, 0.99);
  }

  /** The simulated calls, as if a contestant had made them. */
  Turn turn() {
    return Turn.simulated(micros, hedges);
  }
}
