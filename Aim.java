package io.github.resilientllm.benchmarks.load;

import java.util.Locale;

/**
 * What one of our figures is to be.
 *
 * @param most whether it is to be at most the bound, rather than at least
 * @param bound the bound, in the figure's own unit
 */
record Aim(boolean most, double bound) {
  static Aim atMost(double bound) {
    return new Aim(true, bound);
  }

  static Aim atLeast(double bound) {
    return new Aim(false, bound);
  }

  boolean kept(double figure) {
    return most ? figure <= bound : figure >= bound;
  }

  /** Says the aim and whether it is kept. */
  String verdict(double figure, String format) {
    return String.format(Locale.ROOT, "(%s " + format + ": %s)", most ? "≤" : "≥", bound,
        kept(figure) ? "kept" : "missed");
  }
}
