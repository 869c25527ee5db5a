package io.github.resilientllm.examples.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.test.vendor.LocalVendor;
import io.github.resilientllm.test.vendor.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal from its command line to its output. */
class JournalCommandTest {
  @TempDir private Path directory;

  @Test
  void anEmptyJournalListsNothing() {
    Terminal terminal = Terminal.piped();
    assertThat(journal(terminal, "list")).isZero();
    assertThat(terminal.out()).isEmpty();
    assertThat(terminal.err()).isEqualToNormalizingNewlines("no conversations\n");
  }

  @Test
  void conversationsAreListedWithWhereTheyStand() {
    converse("ticket 1");
    Terminal terminal = Terminal.piped();
    assertThat(journal(terminal, "list")).isZero();
    assertThat(terminal.out()).containsPattern("ticket 1 +IDLE +20\\S+Z +[0-9,]+ bytes");
  }

  @Test
  void aConversationIsShownAsItWasSaid() {
    converse("ticket 1");
    Terminal terminal = Terminal.piped();
    assertThat(journal(terminal, "show", "ticket 1")).isZero();
    assertThat(terminal.out())
        .isEqualToNormalizingNewlines(
            "system> Be brief.\nuser> How long?\nassistant> You asked: How long?\n");
  }

  @Test
  void anExportIsJson() {
    converse("ticket 1");
    Terminal terminal = Terminal.piped();
    assertThat(journal(terminal, "export", "ticket 1")).isZero();
    assertThat(terminal.out()).startsWith("{\"conversation\":\"ticket 1\"").contains("How long?");
  }

  @Test
  void verifyFindsDamageAndRepairKeepsTheRest() throws IOException {
    converse("ticket 1");
    assertThat(journal(Terminal.piped(), "verify", "--all")).isZero();
    damage("How long?", "How lung?");

    Terminal verify = Terminal.piped();
    assertThat(journal(verify, "verify", "ticket 1")).isEqualTo(1);
    assertThat(verify.out()).contains("DAMAGED", "line 3", ".jsonl");

    Terminal show = Terminal.piped();
    assertThat(journal(show, "show", "ticket 1")).isEqualTo(1);
    assertThat(show.err()).startsWith("error: ").contains("line 3").contains("repair");

    Terminal repair = Terminal.piped();
    assertThat(journal(repair, "repair", "ticket 1")).isZero();
    assertThat(repair.out()).contains("the damaged file stands beside");
    assertThat(journal(Terminal.piped(), "verify", "ticket 1")).isZero();
  }

  @Test
  void aDeletedConversationIsGone() {
    converse("ticket 1");
    assertThat(journal(Terminal.piped(), "delete", "ticket 1")).isZero();
    Terminal terminal = Terminal.piped();
    assertThat(journal(terminal, "show", "ticket 1")).isEqualTo(1);
    assertThat(terminal.err()).contains("there is no conversation \"ticket 1\"");
  }

  @Test
  void mistakesAreToldInOneLine() {
    assertMistake("say what to do", "remove");
    assertMistake("journal show needs one ID", "show");
    assertMistake("journal verify needs one ID, or --all", "verify");
    assertMistake("journal list takes no ID", "list", "x");
  }

  private void assertMistake(String expected, String... words) {
    Terminal terminal = Terminal.piped();
    assertThat(journal(terminal, words)).isEqualTo(CommandLine.USAGE_ERROR);
    assertThat(terminal.err()).startsWith("error: " + expected).hasLineCount(1);
  }

  private int journal(Terminal terminal, String... words) {
    List<String> all = new ArrayList<>(List.of("journal"));
    all.addAll(List.of(words));
    all.addAll(List.of("--journal", directory.toString()));
    return new CommandLine("test", List.of(new JournalCommand())).run(all, terminal.screen());
  }

  private void converse(String id) {
    try (LocalVendor vendor =
            LocalVendor.start(
                q -> Reply.Answer.of("You asked: " + q.text(), Duration.ZERO, Duration.ZERO));
        FileJournal journal = FileJournal.at(directory)) {
      Conversation chat =
          ResilientLlm.with(
                  OpenAi.model("m").dialect(Dialect.COMPATIBLE).baseUrl(vendor.baseUrl()).build())
              .journal(journal)
              .build()
              .conversation(id)
              .instructed("Be brief.");
      assertThat(chat.say("How long?").durable()).isTrue();
      assertThat(chat.history())
          .flatExtracting(message -> message.toolCalls())
          .isEqualTo(List.<ToolCall>of());
    }
  }

  private void damage(String from, String to) throws IOException {
    Path file;
    try (Stream<Path> files = Files.list(directory)) {
      file = files.filter(path -> path.toString().endsWith(".jsonl")).findFirst().orElseThrow();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Files.writeString(
        file, Files.readString(file).replaceFirst(java.util.regex.Pattern.quote(from), to));
  }
}
