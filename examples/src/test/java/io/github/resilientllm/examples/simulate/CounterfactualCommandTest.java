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

class CounterfactualCommandTest {
  private final Terminal terminal = Terminal.piped();

  @TempDir private Path directory;

  /** Ten calls a minute apart, of which every second failed. */
  private Path run() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      boolean fails = i % 2 == 1;
      long at = 1_900_000_000_000L + i * 60_000L;
      lines.append("call\t%d\t1000\t%s%n".formatted(at, fails ? "ERROR" : "COMPLETE"));
      String error = fails ? "OVERLOADED\t-\t-\t-" : "-\t500\t-\t200";
      lines.append("try\t%d\t1000\tgpt/m\t%s%n".formatted(at, error));
    }
    return Files.writeString(directory.resolve("run.tsv"), lines);
  }

  @Test
  void aRunIsPlayedAgainWithATargetMore() throws Exception {
    Path report = directory.resolve("forecast.html");
    String ladder = "gpt/m=0.01,claude/m=0.02";
    int code =
        counterfactual(
            "--run", run().toString(), "--ladder", ladder, "--report", report.toString());
    assertThat(terminal.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(terminal.out())
        .containsPattern("\\| as it was \\| 50.000 % \\| 1.00 s .* \\| 10 \\| 1000 \\| 0.10 ")
        .containsPattern("\\| one try each \\| 100.000 % ")
        .containsPattern("\\| standard \\| 100.000 % ");
    assertThat(Files.readString(report)).contains("<svg", "<td>as it was</td>");
  }

  @Test
  void aMistakeIsNamed() throws Exception {
    assertThat(counterfactual()).isEqualTo(2);
    assertThat(counterfactual("--run", "nowhere.tsv")).isEqualTo(2);
    assertThat(counterfactual("--run", run().toString(), "--ladder", "gpt=cheap")).isEqualTo(2);
    Path other = Files.writeString(directory.resolve("other"), "hello\n");
    assertThat(counterfactual("--run", other.toString())).isEqualTo(2);
    assertThat(terminal.err())
        .contains("--run names", "\"nowhere.tsv\"", "\"cheap\"", "Line 1 of the run");
  }

  private int counterfactual(String... words) {
    List<String> all = new ArrayList<>(List.of("counterfactual"));
    all.addAll(List.of(words));
    return new CommandLine("test", List.of(new CounterfactualCommand()))
        .run(all, terminal.screen());
  }
}
