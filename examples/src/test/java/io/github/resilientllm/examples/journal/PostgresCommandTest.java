package io.github.resilientllm.examples.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.postgres.PostgresServer;
import io.github.resilientllm.testing.Pages;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The journal's commands on a database, and between one and files. */
class PostgresCommandTest {
  @TempDir private Path directory;

  private final PGSimpleDataSource database = PostgresServer.shared().database();
  private final String url =
      "jdbc:postgresql://127.0.0.1:"
          + database.getPortNumbers()[0]
          + "/"
          + database.getDatabaseName()
          + "?user=postgres";

  @Test
  void aJournalMovesToTheDatabaseAndBackAndIsTheSame() throws Exception {
    try (FileJournal files = FileJournal.at(directory.resolve("old"))) {
      Pages.write(files, "ticket 1", 3);
      Pages.write(files, "a\0b", 2);
      try (Journal.Log log = files.open("dropped").join()) {
        log.append(Pages.entry(1)).join();
        log.append(Pages.entry(2, Kind.PROGRESS, "piece")).join();
        log.append(Pages.entry(3, Kind.ANSWERED, "yes")).join();
      }
    }
    String old = directory.resolve("old").toString();
    Terminal there = Terminal.piped();
    assertThat(run(there, "copy", "--all", "--journal", old, "--to", url)).isZero();
    assertThat(there.out()).contains("ticket 1", "copied 3 of 3 to jdbc:postgresql:");

    Terminal list = Terminal.piped();
    assertThat(run(list, "list", "--jdbc-url", url)).isZero();
    assertThat(list.out()).containsPattern("ticket 1 +QUESTION_PENDING").hasLineCount(3);
    Terminal verify = Terminal.piped();
    assertThat(run(verify, "verify", "--all", "--jdbc-url", url)).isZero();
    assertThat(verify.out()).hasLineCount(3).contains("ok  3 entries");

    String back = directory.resolve("new").toString();
    assertThat(run(Terminal.piped(), "copy", "--all", "--jdbc-url", url, "--to", back)).isZero();
    try (FileJournal files = FileJournal.at(directory.resolve("new"))) {
      assertThat(files.read("ticket 1").join()).isEqualTo(Pages.entries(1, 3));
      assertThat(files.read("a\0b").join()).isEqualTo(Pages.entries(1, 2));
    }

    Terminal again = Terminal.piped();
    assertThat(run(again, "copy", "ticket 1", "--jdbc-url", url, "--to", back)).isEqualTo(1);
    assertThat(again.err()).contains("has a conversation \"ticket 1\" already");
    Terminal gone = Terminal.piped();
    assertThat(run(gone, "delete", "ticket 1", "--jdbc-url", url)).isZero();
    assertThat(run(Terminal.piped(), "show", "ticket 1", "--jdbc-url", url)).isEqualTo(1);
  }

  @Test
  void damageIsFoundAndRepaired() throws Exception {
    try (FileJournal files = FileJournal.at(directory)) {
      Pages.write(files, "a", 3);
    }
    run(Terminal.piped(), "copy", "a", "--journal", directory.toString(), "--to", url);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE resilient_llm_entry SET body = 'x' WHERE n = 2");
    }
    Terminal verify = Terminal.piped();
    assertThat(run(verify, "verify", "a", "--jdbc-url", url)).isEqualTo(1);
    assertThat(verify.out()).contains("DAMAGED", "entry 2 has a wrong checksum");
    Terminal show = Terminal.piped();
    assertThat(run(show, "export", "a", "--jdbc-url", url)).isEqualTo(1);
    assertThat(show.err()).contains("damaged");
    Terminal repair = Terminal.piped();
    assertThat(run(repair, "repair", "a", "--jdbc-url", url)).isZero();
    assertThat(repair.out())
        .contains("entry 2 has a wrong checksum", "repaired", "the table resilient_llm_damaged");
    assertThat(run(Terminal.piped(), "verify", "a", "--jdbc-url", url)).isZero();
    Terminal again = Terminal.piped();
    assertThat(run(again, "repair", "a", "--jdbc-url", url)).isZero();
    assertThat(again.out()).contains("not damaged, nothing was changed");
  }

  @Test
  void mistakesAreToldInOneLine() {
    assertMistake("give --journal or --jdbc-url", "list", "--journal", "x", "--jdbc-url", url);
    assertMistake("journal copy needs --to", "copy", "a", "--jdbc-url", url);
    assertMistake("journal copy needs one ID, or --all", "copy", "--jdbc-url", url);
    assertMistake("--jdbc-url is no JDBC URL", "list", "--jdbc-url", "jdbc:mysql://x/y");
    assertMistake("--jdbc-url has a password", "list", "--jdbc-url", url + "&password=secret");
    Terminal terminal = Terminal.piped();
    assertThat(run(terminal, "list", "--jdbc-url", "jdbc:postgresql://127.0.0.1:1/x")).isEqualTo(1);
    assertThat(terminal.err()).contains("the server was not reached").hasLineCount(1);
  }

  private static void assertMistake(String expected, String... words) {
    Terminal terminal = Terminal.piped();
    assertThat(run(terminal, words)).isEqualTo(CommandLine.USAGE_ERROR);
    assertThat(terminal.err()).startsWith("error: " + expected).hasLineCount(1);
    assertThat(terminal.err()).doesNotContain("secret");
  }

  private static int run(Terminal terminal, String... words) {
    List<String> all = new ArrayList<>(List.of("journal"));
    all.addAll(List.of(words));
    return new CommandLine("test", List.of(new JournalCommand())).run(all, terminal.screen());
  }
}
