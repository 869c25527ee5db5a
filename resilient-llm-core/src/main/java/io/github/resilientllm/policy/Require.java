package io.github.resilientllm.policy;

import java.time.Duration;
import java.util.Objects;

/** The checks that the policies share; each error names the value and what would be right. */
final class Require {
  /** Longer than any call; keeps nanosecond arithmetic far from overflow. */
  private static final Duration MAX = Duration.ofDays(1);

  private Require() {}

  static Duration positive(String name, Duration value) {
    Objects.requireNonNull(value, name);
    if (value.isZero() || value.isNegative() || value.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          name + " is more than zero and at most a day, not " + value);
    }
    return value;
  }

  static Duration notNegative(String name, Duration value) {
    return Objects.requireNonNull(value, name).isZero() ? value : positive(name, value);
  }

  static int between(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + " is " + min + " to " + max + ", not " + value);
    }
    return value;
  }

  static double between(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) { // also refuses NaN
      throw new IllegalArgumentException(name + " is " + min + " to " + max + ", not " + value);
    }
    return value;
  }
}
