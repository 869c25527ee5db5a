package io.github.resilientllm.examples.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.examples.drill.BacklogRun.Done;
import io.github.resilientllm.examples.drill.BacklogRun.Live;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacklogCommandTest {
  private final Terminal terminal = Terminal.piped();

  @Test
  void theOutboxKeepsWhatItPromisesBesideLoopsThatDoNot(@TempDir Path directory) throws Exception {
    Path report = directory.resolve("report.html");
    int code =
        backlog("--minutes", "5", "--jobs", "100", "--limit", "5", "--report", report.toString());
    assertThat(terminal.err()).isEmpty();
    assertThat(code).as(terminal.out()).isZero();
    assertThat(terminal.out())
        .contains("retry loops", "outbox", "and in place", "kept:   No job is lost")
        .contains("Report: " + report);
    Matcher forJobs =
        Pattern.compile("requests for jobs in the outage +([0-9,]+) +([0-9,]+)")
            .matcher(terminal.out());
    assertThat(forJobs.find()).isTrue();
    assertThat(number(forJobs.group(1))).isGreaterThan(10 * number(forJobs.group(2)));
    assertThat(Files.readString(report)).startsWith("<!DOCTYPE html>").contains("id=\"order\"");
  }

  @Test
  void aPromiseThatIsBrokenIsSaid() {
    BacklogSettings settings = new BacklogSettings(1, Duration.ofMinutes(1), 100, 10);
    List<Done> done = new ArrayList<>();
    for (int job = 0; job < 99; job++) {
      done.add(new Done(job, 400 + job));
    }
    List<Double> submitted = new ArrayList<>();
    for (int job = 0; job < 100; job++) {
      submitted.add(300.0 + job / 2.0);
    }
    BacklogRun run =
        new BacklogRun(
            "bad",
            List.of(400.0, 401.0),
            List.of(400.0),
            List.of(401.0),
            submitted,
            done,
            List.of(new Live(10, 0.1, true), new Live(430, 2, true)));
    BacklogOutcome outcome = new BacklogOutcome(settings, run, run);
    assertThat(outcome.promises()).hasSize(4).noneMatch(Outcome.Promise::kept);
    assertThat(outcome.isGood()).isFalse();
  }

  @Test
  void aMistakeIsNamed() {
    assertThat(backlog("--jobs", "7")).isEqualTo(2);
    assertThat(terminal.err()).contains("--jobs is a whole number from 50 to 5000, not \"7\"");
  }

  private static int number(String text) {
    return Integer.parseInt(text.replace(",", ""));
  }

  private int backlog(String... words) {
    List<String> all = new ArrayList<>(List.of("backlog"));
    all.addAll(List.of(words));
    return new CommandLine("test", List.of(new BacklogCommand())).run(all, terminal.screen());
  }
}
