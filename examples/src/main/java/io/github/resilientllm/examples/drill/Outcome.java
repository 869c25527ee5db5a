package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.plot.Scale;
import java.util.List;
import java.util.Locale;

/** What a drill showed: both runs, and whether resilient-llm kept what it promises. */
record Outcome(Settings settings, Run bare, Run resilient) {
  private static final double LEAST_ANSWERED_PERCENT = 99;

  /** Clocks are checked every 10 ms, and a busy machine wakes threads late. */
  private static final double GRACE_SECONDS = 0.25;

  /**
   * Something promised.
   *
   * @param measured what was found
   */
  record Promise(String text, boolean kept, String measured) {}

  /** Both runs, the bare one first. */
  List<Run> runs() {
    return List.of(bare, resilient);
  }

  /** One run's share of a phase. */
  Run.Figures figures(Run run, Phase phase) {
    double length = settings.phase().toNanos() / 1e9;
    boolean last = phase.number() == Phase.ALL.size();
    double end = last ? Double.POSITIVE_INFINITY : phase.number() * length;
    return run.between((phase.number() - 1) * length, end);
  }

  /** Everything that resilient-llm promises for this outage. */
  List<Promise> promises() {
    Run.Figures all = resilient.all();
    double deadline = settings.deadline().toMillis() / 1e3;
    Phase worst = Phase.HEALTHY;
    for (Phase phase : Phase.ALL) {
      // A phase so short that nobody asked in it has NaN, and is not the worst.
      if (answered(phase) < answered(worst) || Double.isNaN(answered(worst))) {
        worst = phase;
      }
    }
    return List.of(
        new Promise("No answer is cut silently", all.cut() == 0, all.cut() + " were"),
        new Promise(
            "Every call ends by its deadline of " + Scale.seconds(deadline),
            all.longest() <= deadline + GRACE_SECONDS,
            "the longest took "
                + Scale.seconds(all.longest())
                + "; a busy machine is allowed "
                + Scale.seconds(GRACE_SECONDS)),
        new Promise(
            "At least 99 % of the calls are answered in each phase",
            answered(worst) >= LEAST_ANSWERED_PERCENT,
            percent(answered(worst)) + " in the worst, " + worst.number() + " " + worst.label()));
  }

  /** Whether every promise was kept. */
  boolean isGood() {
    return promises().stream().allMatch(Promise::kept);
  }

  /** The outcome in words. */
  String verdict() {
    Run.Figures one = bare.all();
    Run.Figures two = resilient.all();
    return String.format(
        Locale.ROOT,
        "The bare client answered %s of %,d calls, and passed off %,d cut answers as whole. "
            + "resilient-llm answered %s of the same calls and cut %s, with %.2f requests per call "
            + "to the sick vendor instead of %.2f; 99 of 100 calls ended within %s instead of %s.",
        percent(one.answeredPercent()),
        one.calls(),
        one.cut(),
        percent(two.answeredPercent()),
        two.cut() == 0 ? "none" : String.valueOf(two.cut()),
        two.requestsPerCall(),
        one.requestsPerCall(),
        Scale.seconds(two.p99()),
        Scale.seconds(one.p99()));
  }

  /** A percentage that says 100 only if nothing is missing. */
  static String percent(double value) {
    double shown = value < 100 ? Math.min(value, 99.9) : value;
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.1f %%", shown);
  }

  private double answered(Phase phase) {
    return figures(resilient, phase).answeredPercent();
  }
}
