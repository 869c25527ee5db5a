package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.cli.Screen;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is shown while a drill runs: one line that is redrawn on a terminal, a line per phase
 * elsewhere. Used by one thread.
 */
final class Progress {
  private static final int BAR = 20;

  private final Screen screen;
  private final boolean quiet;
  private @Nullable Phase shown;

  Progress(Screen screen, boolean quiet) {
    this.screen = screen;
    this.quiet = quiet;
  }

  /**
   * Shows where the drill is.
   *
   * @param done the share of the outage that is over; a little more than 1 while the last calls end
   */
  void show(Phase phase, double done, double bareAnswered, double resilientAnswered) {
    if (quiet) {
      return;
    }
    if (screen.interactive()) {
      int full = (int) Math.round(BAR * Math.min(1, done));
      // 78 columns: one more than fits would wrap, and a wrapped line cannot be redrawn.
      screen
          .out()
          .printf(
              Locale.ROOT,
              "\r[%s%s] %d/%d %-13s bare %5.1f %%  resilient-llm %5.1f %% ",
              "#".repeat(full),
              "-".repeat(BAR - full),
              phase.number(),
              Phase.ALL.size(),
              phase.label(),
              bareAnswered,
              resilientAnswered);
      screen.out().flush();
    } else if (phase != shown) {
      screen
          .out()
          .printf(
              Locale.ROOT,
              "phase %d of %d: %s. %s%n",
              phase.number(),
              Phase.ALL.size(),
              phase.label(),
              phase.story());
    }
    shown = phase;
  }

  /** Leaves the line. */
  void end() {
    if (!quiet) {
      screen.out().println();
    }
  }
}
