package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.chat.Vendor;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.examples.plot.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The command {@code drill}: plays the outage, prints a table and writes a report. */
public final class DrillCommand implements Command {
  private static final String SPOKEN = "openai, anthropic, gemini";
  private static final String DEFAULT_REPORT = "drill-report.html";

  /** Enough to see what went wrong; the rest went wrong in the same way. */
  private static final int FAILURES_SHOWN = 3;

  @Override
  public String name() {
    return "drill";
  }

  @Override
  public String summary() {
    return "Plays a vendor's outage and shows how two clients fare in it; needs no key and no network.";
  }

  @Override
  public String details() {
    return """

        Two local vendors are started. The first has an outage in eight phases, from elevated 500s to a
        complete disconnection and back; the second stays healthy. A bare client with three retries and
        resilient-llm, with the second vendor as its fallback, answer the same calls side by side.

        Exit code 0 if resilient-llm kept its promises: no answer cut silently, every call ended by its
        deadline, at least 99 % answered in each phase. 1 if not, 2 for a mistake on the command line.
        """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.value("--seed", "N", "the same seed plays the same outage (default 1)"),
        Option.value("--seconds-per-phase", "S", "how long each of the 8 phases lasts (default 7)"),
        Option.value("--callers", "N", "how many ask, each twice a second (default 16)"),
        Option.value("--first", "VENDOR", "whose protocol the sick vendor speaks: " + SPOKEN),
        Option.value("--second", "VENDOR", "the same for the healthy one (default openai)"),
        Option.value("--report", "FILE", "where the report goes (default " + DEFAULT_REPORT + ")"),
        Option.flag("--quiet", "print the verdict only"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    double seconds = arguments.decimal("--seconds-per-phase", 7, 0.5, 600);
    Settings settings =
        new Settings(
            arguments.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
            Duration.ofMillis(Math.round(seconds * 1000)),
            (int) arguments.number("--callers", 16, 1, 64),
            vendor(arguments, "--first"),
            vendor(arguments, "--second"));
    Path report = reportFile(arguments, DEFAULT_REPORT);
    boolean quiet = arguments.has("--quiet");
    if (!quiet) {
      screen.out().println(opening(settings));
    }
    try {
      Outcome outcome = new Drill(settings, new Progress(screen, quiet)).play();
      return conclude(outcome, report, quiet, screen);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /** Shows the outcome, writes the report, and returns the exit code. */
  static int conclude(Outcome outcome, Path report, boolean quiet, Screen screen) {
    if (!quiet) {
      screen.out().println(SummaryTable.text(outcome));
    }
    printVerdict(outcome, screen);
    try {
      Files.writeString(report, Report.of(outcome));
      screen.out().println("Report: " + report.toAbsolutePath());
    } catch (IOException failed) {
      screen.err().println("error: the report could not be written to " + report + ": " + failed);
      return 1;
    }
    return outcome.isGood() ? 0 : 1;
  }

  private static String opening(Settings settings) {
    return "An outage in %d phases of %s: %d callers, %d calls a second for each client, seed %d."
        .formatted(
            Phase.ALL.size(),
            seconds(settings.phase()),
            settings.callers(),
            settings.callsPerSecond(),
            settings.seed());
  }

  private static void printVerdict(Outcome outcome, Screen screen) {
    screen.out().println(outcome.verdict());
    print(outcome.promises(), screen);
    for (Ledger.Call call : outcome.resilient().failures(FAILURES_SHOWN)) {
      screen.out().println("failed at " + Scale.seconds(call.at()) + ": " + call.error());
    }
  }

  static void print(List<Outcome.Promise> promises, Screen screen) {
    for (Outcome.Promise promise : promises) {
      String word = promise.kept() ? "kept:   " : "BROKEN: ";
      screen.out().println(word + promise.text() + " (" + promise.measured() + ").");
    }
  }

  private static Vendor vendor(Arguments arguments, String option) throws UsageException {
    String word = arguments.value(option).orElse(Vendor.OPENAI.word());
    for (Vendor vendor : List.of(Vendor.OPENAI, Vendor.ANTHROPIC, Vendor.GEMINI)) {
      if (vendor.word().equals(word)) {
        return vendor;
      }
    }
    throw new UsageException(option + " is one of " + SPOKEN + ", not \"" + word + "\"");
  }

  /** Fails before the drill rather than after it. */
  static Path reportFile(Arguments arguments, String otherwise) throws UsageException {
    String name = arguments.value("--report").orElse(otherwise);
    try {
      Path file = Path.of(name).toAbsolutePath();
      Path directory = file.getParent();
      if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(file)) {
        throw new UsageException("--report names a file in a directory that exists, not " + name);
      }
      return file;
    } catch (InvalidPathException notAPath) {
      throw new UsageException("--report is not a path: " + notAPath.getReason());
    }
  }

  private static String seconds(Duration time) {
    return Scale.seconds(time.toMillis() / 1e3);
  }
}
