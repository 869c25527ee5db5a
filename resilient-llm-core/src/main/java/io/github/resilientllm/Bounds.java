package io.github.resilientllm;

import java.time.Duration;

/** Checks what builders are given. */
final class Bounds {
  private Bounds() {}

  static void requireBetween(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(name, min, max, value));
    }
  }

  static void requireBetween(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "%s must be %s to %s, not %s".formatted(name, min, max, value));
    }
  }
}
