package io.github.resilientllm.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.examples.journal.JournalCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A chat that is killed in the middle of an answer loses nothing of it. */
class KillTest {
  @TempDir private Path directory;

  @Test
  @Timeout(60)
  void theQuestionThePartialAnswerAndTheHistoryAreThereAfterKillMinusNine() throws Exception {
    String shown = killedInMidAnswer("Tell me of harbours.");

    Terminal look = Terminal.piped();
    new CommandLine("test", List.of(new JournalCommand()))
        .run(List.of("journal", "show", "c", "--journal", directory.toString()), look.screen());
    assertThat(look.out())
        .contains("-- not answered (STREAM_INTERRUPTED)", "user> Tell me of harbours.");
    // what stood on the screen is kept, but for what was shown in the last moments: how long they
    // are, a busy machine says
    String kept = look.out().replaceAll("(?s).*assistant \\(began\\)> (.*?)\\R-- sent to.*", "$1");
    int both = Math.min(kept.length(), shown.length());
    assertThat(kept).isNotBlank().startsWith(shown.substring(0, both).stripTrailing());

    Terminal again = Terminal.piped("And of lighthouses?");
    assertThat(command(Duration.ofMillis(1)).run(words(), again.screen())).isZero();
    assertThat(again.err())
        .contains("this question was not answered: Tell me of harbours.", "goes on from there");
    assertThat(again.out()).startsWith(kept).contains("[offline goes on]", "lighthouses");

    Terminal later = Terminal.piped();
    command(Duration.ofMillis(1)).run(words(), later.screen());
    assertThat(later.err()).contains("goes on after 4 messages").doesNotContain("not answered");
  }

  /** Starts the chat as a process of its own and kills it when an answer has begun. */
  private String killedInMidAnswer(String question) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KillTest.class.getName()));
    command.addAll(words());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (Writer input = process.outputWriter(StandardCharsets.UTF_8);
        InputStream output = process.getInputStream()) {
      input.write(question + "\n");
      input.flush();
      StringBuilder shown = new StringBuilder();
      while (shown.length() < 400) { // long enough for a busy machine to keep some of it
        int next = output.read();
        assertThat(next).as("it ended by itself").isNotNegative();
        shown.append((char) next);
      }
      process.destroyForcibly().waitFor();
      return shown.toString();
    }
  }

  private List<String> words() {
    return List.of("chat", "--offline", "--conversation", "c", "--journal", directory.toString());
  }

  private static CommandLine command(Duration perWord) {
    return new CommandLine("test", List.of(new ChatCommand(Map.of(), perWord)));
  }

  /** The process that is killed. */
  public static void main(String[] words) {
    command(Duration.ofMillis(10)).run(List.of(words), Screen.ofProcess());
  }
}
