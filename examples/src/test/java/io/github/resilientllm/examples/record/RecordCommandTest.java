package io.github.resilientllm.examples.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.judge.PlainClient;
import io.github.resilientllm.test.judge.Said;
import io.github.resilientllm.test.vendor.Recording;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordCommandTest {
  private static final Pattern PROXY = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

  private final Terminal terminal = Terminal.piped();

  @Test
  void whatIsAskedBeforeEnterIsInTheFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("openai.recording");
    try (Vendor openai = Vendor.start("openai")) {
      Screen screen = typing(() -> ask(proxy()));
      assertThat(record(screen, "--from", openai.root(), "--to", file.toString())).isZero();
      assertThat(openai.requests()).hasSize(1);
    }
    assertThat(terminal.out()).contains("1 answers are in ");
    assertThat(Recording.read(file).answers()).hasSize(1);
  }

  @Test
  void aMistakeIsNamed(@TempDir Path directory) {
    String file = directory.resolve("x").toString();
    assertThat(record(terminal.screen(), "--to", file)).isEqualTo(2);
    assertThat(record(terminal.screen(), "--from", "openai", "--to", file)).isEqualTo(2);
    assertThat(terminal.err()).contains("--from is needed", "\"openai\"");
  }

  private int record(Screen screen, String... words) {
    List<String> all = new ArrayList<>(List.of("record"));
    all.addAll(List.of(words));
    return new CommandLine("test", List.of(new RecordCommand())).run(all, screen);
  }

  /** The proxy's address, as the command has printed it. */
  private String proxy() {
    Matcher address = PROXY.matcher(terminal.out());
    assertThat(address.find()).isTrue();
    return address.group();
  }

  private static void ask(String root) throws Exception {
    try (PlainClient plain =
        PlainClient.careful(root + "/v1", "m", "key", Duration.ofSeconds(20))) {
      Said said = plain.ask("How are you?", true);
      assertThat(said.text()).startsWith("openai-1 ");
    }
  }

  /** Something that is done before Enter is pressed. */
  private interface Doing {
    void run() throws Exception;
  }

  private Screen typing(Doing beforeEnter) {
    Reader keyboard =
        new Reader() {
          @Override
          public int read(char[] buffer, int offset, int length) throws IOException {
            try {
              beforeEnter.run();
            } catch (Exception e) {
              throw new IOException(e);
            }
            buffer[offset] = '\n';
            return 1;
          }

          @Override
          public void close() {}
        };
    Screen screen = terminal.screen();
    return new Screen(new BufferedReader(keyboard), screen.out(), screen.err(), false);
  }
}
