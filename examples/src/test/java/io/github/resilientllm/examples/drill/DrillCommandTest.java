package io.github.resilientllm.examples.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.chat.Vendor;
import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillCommandTest {

  /** What holds on any machine, however busy: a drill in full length is for an idle one. */
  @Test
  void theBareClientLosesWhatResilientLlmKeeps(@TempDir Path directory) throws Exception {
    Settings settings =
        new Settings(3, Duration.ofMillis(600), 10, Vendor.ANTHROPIC, Vendor.GEMINI);
    Terminal terminal = Terminal.piped();
    Outcome outcome = new Drill(settings, new Progress(terminal.screen(), false)).play();
    Path report = directory.resolve("report.html");
    int code = DrillCommand.conclude(outcome, report, false, terminal.screen());

    Run.Figures bare = outcome.bare().all();
    Run.Figures resilient = outcome.resilient().all();
    assertThat(bare.calls()).isEqualTo(resilient.calls());
    assertThat(bare.cut()).as("cut silently by the bare client").isPositive();
    assertThat(bare.failed()).as("failed with the bare client").isPositive();
    assertThat(resilient.cut()).as("cut silently by resilient-llm").isZero();
    assertThat(resilient.whole()).isGreaterThan(bare.whole());
    assertThat(resilient.answers()).containsKeys(Drill.PRIMARY, Drill.FALLBACK);
    assertThat(resilient.requestsPerCall()).isLessThan(bare.requestsPerCall());
    assertThat(outcome.resilient().turns()).isNotEmpty();

    assertThat(code).isEqualTo(outcome.isGood() ? 0 : 1);
    assertThat(terminal.err()).isEmpty();
    assertThat(terminal.out())
        .contains("phase 1 of 8: healthy", "phase 8 of 8: healthy again")
        .contains("kept:   No answer is cut silently", "Report: " + report);
    assertThat(Files.readString(report)).startsWith("<!DOCTYPE html>").contains("key refused");
  }

  @Test
  void aVendorThatIsNotPlayedIsNamed() {
    Terminal terminal = Terminal.piped();
    new CommandLine("test", List.of(new DrillCommand()))
        .run(List.of("drill", "--second", "bedrock"), terminal.screen());
    assertThat(terminal.err())
        .contains("--second is one of openai, anthropic, gemini, not \"bedrock\"");
  }

  @Test
  void aReportThatCannotBeWrittenIsSaid(@TempDir Path directory) {
    Settings settings = new Settings(1, Duration.ofSeconds(1), 1);
    Run nothing = new Run("nobody", List.of(), List.of(), List.of());
    Terminal terminal = Terminal.piped();
    Outcome outcome = new Outcome(settings, nothing, nothing);
    assertThat(DrillCommand.conclude(outcome, directory, true, terminal.screen())).isEqualTo(1);
    assertThat(terminal.err()).startsWith("error: the report could not be written to " + directory);
  }

  @Test
  void theSameSeedAsksTheSameQuestionsAtTheSameTimes() {
    Settings settings = new Settings(5, Duration.ofSeconds(1), 4);
    assertThat(Ask.timetable(settings)).isEqualTo(Ask.timetable(settings)).hasSizeBetween(50, 80);
    assertThat(Ask.timetable(new Settings(6, Duration.ofSeconds(1), 4)))
        .isNotEqualTo(Ask.timetable(settings));
  }
}
