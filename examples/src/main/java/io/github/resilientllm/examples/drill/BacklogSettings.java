package io.github.resilientllm.examples.drill;

import java.time.Duration;

/**
 * How much work piles up, and in front of what.
 *
 * @param seed the same seed gives the same run
 * @param outage how long the vendor answers nobody
 * @param jobs how many come evenly in that time; one in fifty is critical
 * @param limit how many requests a second the vendor takes; live calls come at a fifth of that
 */
record BacklogSettings(long seed, Duration outage, int jobs, int limit) {
  /** In which all is well, to compare with. */
  static final Duration BEFORE = Duration.ofMinutes(5);

  private static final int CRITICAL_EVERY = 50;

  /** When the vendor answers nobody any more, in seconds after the start. */
  static double down() {
    return (double) BEFORE.toSeconds();
  }

  /** When the vendor is back, in seconds after the start. */
  double back() {
    return down() + (double) outage.toSeconds();
  }

  /** When the last live call begins: long after what the drain takes at best. */
  double end() {
    return back() + 300 + 4.0 * jobs / limit;
  }

  double livePerSecond() {
    return limit / 5.0;
  }

  /** The last of each fifty, so that others always stand before it. */
  boolean isCritical(int job) {
    return job % CRITICAL_EVERY == CRITICAL_EVERY - 1;
  }

  int critical() {
    return jobs / CRITICAL_EVERY;
  }
}
