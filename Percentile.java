package io.github.resilientllm.benchmarks.load;

import java.util.Arrays;

/** Percentiles of what was measured itself, without a histogram's rounding. */
final class Percentile {
  private Percentile() {}

  /** The least value that this share (0 to 1) of all are not above; 0 if there is none. */
  static double of(long[] values, double share) {
    return of(Arrays.stream(values).asDoubleStream().toArray(), share);
  }

  /** The same. */
  static double of(double[] values, double share) {
    if (values.length == 0) {
      return 0;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    // Less a trifle: 0.07 * 100 is more than 7 in floating point.
    int rank = (int) Math.ceil(share * sorted.length - 1e-9);
    return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
  }

  /** The middle one, or the mean of the two in the middle. */
  static double median(double[] values) {
    return values.length == 0
        ? 0
        : (of(values, 0.5) + -of(Arrays.stream(values).map(v -> -v).toArray(), 0.5)) / 2;
  }
}
