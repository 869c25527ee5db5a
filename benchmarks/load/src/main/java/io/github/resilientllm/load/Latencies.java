package io.github.resilientllm.load;

import java.util.Arrays;

/** Durations in nanoseconds, and their order statistics. Not safe for several threads. */
final class Latencies {
  private long[] nanos = new long[1024];
  private int size;
  private boolean sorted = true;

  void add(long duration) {
    if (size == nanos.length) {
      nanos = Arrays.copyOf(nanos, size * 2);
    }
    nanos[size++] = duration;
    sorted = false;
  }

  void addAll(Latencies others) {
    for (int i = 0; i < others.size; i++) {
      add(others.nanos[i]);
    }
  }

  int size() {
    return size;
  }

  /** The smallest duration that this share of all does not exceed; NaN if there is none. */
  double micros(double share) {
    if (size == 0) {
      return Double.NaN;
    }
    if (!sorted) {
      Arrays.sort(nanos, 0, size);
      sorted = true;
    }
    int rank = (int) Math.ceil(share * size);
    return nanos[Math.max(rank, 1) - 1] / 1e3;
  }

  /** The share of those that took at least so long. */
  double shareFrom(long duration) {
    long late = Arrays.stream(nanos, 0, size).filter(nano -> nano >= duration).count();
    return size == 0 ? Double.NaN : (double) late / size;
  }
}
