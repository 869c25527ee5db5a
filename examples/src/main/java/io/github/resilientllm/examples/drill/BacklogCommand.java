package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.examples.plot.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The command {@code backlog}: the drill's second act, of work that waits. */
public final class BacklogCommand implements Command {
  private static final String DEFAULT_REPORT = "backlog-report.html";

  @Override
  public String name() {
    return "backlog";
  }

  @Override
  public String summary() {
    return "Plays an hour of outage in which jobs pile up, in seconds; needs no key and no network.";
  }

  @Override
  public String details() {
    return """

        Jobs come while a vendor answers nobody. When it is back it takes so many requests a second, and
        live calls want some of them. The same is played twice in virtual time: with a loop for each job that
        tries until it is done, and with an outbox.

        Exit code 0 if the outbox kept its promises: no job lost, the critical ones first, at most 1 % 429s,
        live calls no slower. 1 if not, 2 for a mistake on the command line.
        """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.value("--seed", "N", "the same seed plays the same (default 1)"),
        Option.value("--minutes", "N", "how long the outage lasts (default 60)"),
        Option.value("--jobs", "N", "how many jobs come in it (default 1000)"),
        Option.value("--limit", "N", "how many requests a second the vendor takes (default 10)"),
        Option.value("--report", "FILE", "where the report goes (default " + DEFAULT_REPORT + ")"),
        Option.flag("--quiet", "print the verdict only"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    BacklogSettings settings =
        new BacklogSettings(
            arguments.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
            Duration.ofMinutes(arguments.number("--minutes", 60, 1, 1440)),
            (int) arguments.number("--jobs", 1000, 50, 5000),
            (int) arguments.number("--limit", 10, 1, 100));
    Path report = DrillCommand.reportFile(arguments, DEFAULT_REPORT);
    boolean quiet = arguments.has("--quiet");
    if (!quiet) {
      screen.out().println(opening(settings));
    }
    try {
      BacklogOutcome outcome = play(settings);
      if (!quiet) {
        screen.out().println(outcome.table());
      }
      screen.out().println(outcome.verdict());
      DrillCommand.print(outcome.promises(), screen);
      Files.writeString(report, BacklogReport.of(outcome));
      screen.out().println("Report: " + report.toAbsolutePath());
      return outcome.isGood() ? 0 : 1;
    } catch (IOException failed) {
      screen.err().println("error: " + failed);
      return 1;
    }
  }

  private static BacklogOutcome play(BacklogSettings settings) throws IOException {
    Path directory = Files.createTempDirectory("backlog");
    try {
      return new Backlog(settings, directory).play();
    } catch (RuntimeException | IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("The drill could not be played", e);
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String opening(BacklogSettings settings) {
    return "An outage of %s, in which %s jobs come; then a vendor that takes %d requests a second, and %s live calls a second beside them. Seed %d."
        .formatted(
            Scale.seconds((double) settings.outage().toSeconds()),
            BacklogOutcome.count(settings.jobs()),
            settings.limit(),
            Scale.number(settings.livePerSecond()),
            settings.seed());
  }
}
