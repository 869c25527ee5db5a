package io.github.resilientllm.examples.drill;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The clock of the outage, which both vendors and both clients share. */
final class Timeline {
  private final LongSupplier nanoTime;
  private final double phaseSeconds;
  private volatile long startNanos;
  private volatile boolean begun;

  Timeline(LongSupplier nanoTime, Duration phase) {
    this.nanoTime = nanoTime;
    this.phaseSeconds = phase.toNanos() / 1e9;
  }

  /** Starts the outage; until then it is healthy, and nothing is recorded. */
  void begin() {
    startNanos = nanoTime.getAsLong();
    begun = true;
  }

  boolean hasBegun() {
    return begun;
  }

  /** Seconds since the start; 0 before it. */
  double seconds() {
    return begun ? (nanoTime.getAsLong() - startNanos) / 1e9 : 0;
  }

  Phase now() {
    return at(seconds());
  }

  /** The phase at a time; the last one stays when the outage is over. */
  Phase at(double seconds) {
    int index = (int) (seconds / phaseSeconds);
    return Phase.ALL.get(Math.max(0, Math.min(index, Phase.ALL.size() - 1)));
  }
}
