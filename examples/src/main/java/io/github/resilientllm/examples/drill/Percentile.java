package io.github.resilientllm.examples.drill;

import java.util.List;

/** A percentile by nearest rank: always a value that was measured, never one between two. */
final class Percentile {
  private Percentile() {}

  /**
   * The smallest value that is not exceeded by this share of all values.
   *
   * @param percent more than 0, at most 100
   * @return NaN if there are no values
   */
  static double of(double percent, List<Double> values) {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException("percent is more than 0 and at most 100, not " + percent);
    }
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int rank = (int) Math.ceil(percent / 100 * sorted.size() - 1e-9);
    return sorted.get(Math.max(1, rank) - 1);
  }
}
