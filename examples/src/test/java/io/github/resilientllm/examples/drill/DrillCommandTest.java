package io.github.resilientllm.examples.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillCommandTest {

  @Test
  void aShortDrillEndsWell(@TempDir Path directory) throws Exception {
    Path report = directory.resolve("report.html");
    Terminal terminal = Terminal.piped();
    String line = "drill --seconds-per-phase 0.5 --callers 8 --seed 3 --report " + report;
    int code =
        new CommandLine("test", List.of(new DrillCommand()))
            .run(List.of(line.split(" ")), terminal.screen());

    assertThat(terminal.err()).isEmpty();
    assertThat(terminal.out())
        .contains("phase 1 of 8: healthy")
        .contains("phase 8 of 8: healthy again")
        .contains("kept:   No answer is cut silently")
        .contains("Report: " + report)
        .doesNotContain("BROKEN");
    assertThat(code).isZero();
    String[] all =
        terminal
            .out()
            .lines()
            .filter(row -> row.startsWith("all "))
            .findFirst()
            .orElseThrow()
            .split(" +", 20);
    assertThat(Integer.parseInt(all[6])).as("cut silently by the bare client").isPositive();
    assertThat(Integer.parseInt(all[7])).as("failed calls of the bare client").isPositive();
    assertThat(Files.readString(report)).startsWith("<!DOCTYPE html>").contains("key refused");
  }

  @Test
  void theSameSeedAsksTheSameQuestionsAtTheSameTimes() {
    Settings settings = new Settings(5, Duration.ofSeconds(1), 4);
    assertThat(Ask.timetable(settings)).isEqualTo(Ask.timetable(settings)).hasSizeBetween(50, 80);
    assertThat(Ask.timetable(new Settings(6, Duration.ofSeconds(1), 4)))
        .isNotEqualTo(Ask.timetable(settings));
  }
}
