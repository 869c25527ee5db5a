package io.github.resilientllm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.cli.Terminal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final Terminal terminal = Terminal.piped();

  private int run(String... words) {
    return Main.commands().run(List.of(words), terminal.screen());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void helpNamesEveryCommand(String word) {
    assertThat(run(word)).isZero();
    assertThat(terminal.out()).contains("Usage: java -jar", "drill", "chat", "relay");
    assertThat(terminal.err()).isEmpty();
  }

  @Test
  void withoutCommandTheHelpIsAnError() {
    assertThat(run()).isEqualTo(2);
    assertThat(terminal.err()).contains("Usage:");
  }

  @Test
  void helpOfACommandNamesItsOptions() {
    assertThat(run("drill", "--help")).isZero();
    assertThat(terminal.out())
        .contains("--seed N", "--seconds-per-phase S", "--callers N", "--report FILE", "--quiet");
  }

  @Test
  void helpOfChatNamesNoOptionForAKey() {
    assertThat(run("chat", "--help")).isZero();
    assertThat(terminal.out()).contains("--key-env NAME").doesNotContain("--api-key");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dril              | unknown command \"dril\"; did you mean \"drill\"?",
        "chta              | unknown command \"chta\"; did you mean \"chat\"?",
        "bicycle           | unknown command \"bicycle\" (--help",
        "drill --sed 4     | unknown option \"--sed\" for drill; did you mean \"--seed\"?",
        "drill --xyz       | unknown option \"--xyz\" for drill (drill --help",
        "drill --seed      | --seed needs a value: --seed N",
        "drill --seed one  | --seed is a whole number",
        "drill --callers 0 | --callers is a whole number from 1 to 64, not \"0\"",
        "drill --callers=999 | --callers is a whole number from 1 to 64, not \"999\"",
        "drill --seconds-per-phase NaN | --seconds-per-phase is a number from 0.5 to 600.0, not \"NaN\"",
        "drill --quiet=yes | --quiet takes no value",
        "drill now         | \"drill\" takes options only, not \"now\"",
        "drill --report /no/such/place/x.html | --report names a file in a directory that exists",
        "chat --fallback-base-url http://localhost/v1 --base-url http://localhost/v1"
            + " | --fallback-base-url needs a model: --fallback NAME",
        "chat --base-url nonsense | no http:// or https:// URL",
      })
  void aMistakeIsOneLineThatNamesIt(String line, String message) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(terminal.err()).startsWith("error: ").contains(message).hasLineCount(1);
    assertThat(terminal.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--key sk-abc123", "--key=sk-abc123", "--api-key=sk-abc123"})
  void aKeyAsArgumentIsRefusedAndNotRepeated(String option) {
    assertThat(run(("chat " + option).split(" "))).isEqualTo(2);
    assertThat(terminal.err())
        .contains("shell's history")
        .contains("OPENAI_API_KEY")
        .doesNotContain("abc123");
  }

  @Test
  void aMistypedKeyOptionDoesNotRepeatTheKeyEither() {
    assertThat(run("chat", "--apikey=sk-abc123")).isEqualTo(2);
    assertThat(terminal.err()).contains("--apikey").doesNotContain("abc123");
  }
}
