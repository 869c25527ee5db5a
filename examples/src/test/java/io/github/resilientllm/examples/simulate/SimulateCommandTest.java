package io.github.resilientllm.examples.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateCommandTest {
  private final Terminal terminal = Terminal.piped();

  @ParameterizedTest
  @ValueSource(strings = {"quiet-month", "bad-month", "black-friday"})
  void aMonthIsPlayedUnderFourPolicies(String trace) {
    assertThat(simulate("--trace", trace, "--calls-per-hour", "0.5")).isZero();
    assertThat(terminal.err()).isEmpty();
    assertThat(terminal.out())
        .contains("| one try, one vendor |", "| retries, one vendor |", "| a fallback |")
        .contains("| a fallback and hedges |");
  }

  @Test
  void aTraceOfOnesOwnIsReadAndTheReportWritten(@TempDir Path directory) throws Exception {
    Path trace = directory.resolve("mine.csv");
    Path report = directory.resolve("forecast.html");
    Files.writeString(trace, "first,PT1H,PT20H,OVERLOADED,1\n");
    assertThat(simulate("--trace", trace.toString(), "--days", "1", "--report", report.toString()))
        .isZero();
    assertThat(terminal.out()).containsPattern("a fallback \\| 100.000 %");
    assertThat(Files.readString(report)).contains("<svg");
  }

  @Test
  void aMistakeIsNamed(@TempDir Path directory) throws Exception {
    Path trace = directory.resolve("mine.csv");
    Files.writeString(trace, "third,PT1H,PT20H,OVERLOADED,1\n");
    assertThat(simulate("--trace", "nowhere.csv")).isEqualTo(2);
    assertThat(simulate("--trace", trace.toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("\"nowhere.csv\" cannot be read", "\"third\"");
  }

  private int simulate(String... words) {
    List<String> all = new ArrayList<>(List.of("simulate"));
    all.addAll(List.of(words));
    return new CommandLine("test", List.of(new SimulateCommand())).run(all, terminal.screen());
  }
}
