package io.github.resilientllm.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Take;
import io.github.resilientllm.outbox.Priority;
import io.github.resilientllm.postgres.PostgresOutbox;
import io.github.resilientllm.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The outbox's commands on a database, beside the application that uses it. */
class PostgresOutboxCommandTest {
  private final PGSimpleDataSource database = PostgresServer.shared().database();
  private final String url =
      "jdbc:postgresql://127.0.0.1:"
          + database.getPortNumbers()[0]
          + "/"
          + database.getDatabaseName()
          + "?user=postgres";

  @Test
  void workIsListedShownReplayedCancelledAndVerified() throws Exception {
    try (PostgresOutbox owner = PostgresOutbox.on(database)) {
      OutboxItem.Builder a = OutboxItem.builder("a", "mail", "{\"x\":1}", Instant.now());
      OutboxItem.Builder b = OutboxItem.builder("b", "mail", "{\"x\":1}", Instant.now());
      owner.submit(a.priority(Priority.CRITICAL).build()).join();
      owner.submit(b.priority(Priority.LOW).tenant("acme").lane("l").build()).join();
      Take one = new Take(ItemState.WAITING, Set.of("mail"), 1, Duration.ofMinutes(1), false);
      OutboxItem taken = owner.take(one).join().get(0);
      OutboxItem.Builder dead = taken.toBuilder().state(ItemState.DEAD).reason("CONTENT_FILTERED");
      assertThat(owner.put(dead.build(), false).join()).isTrue();

      assertThat(run(0, "list").out())
          .containsPattern("a  DEAD +CRITICAL .* for mail: CONTENT_FILTERED")
          .containsPattern("b  WAITING +LOW .* for mail, of acme")
          .hasLineCount(2);
      assertThat(run(0, "list", "--state", "dead").out()).startsWith("a ").hasLineCount(1);
      assertThat(run(0, "show", "b").out()).contains("work        {\"x\":1}", "lane        l");
      assertThat(run(0, "replay", "--all").out())
          .isEqualToIgnoringNewLines("1 item is waiting again");
      assertThat(run(0, "cancel", "b").out()).isEqualToIgnoringNewLines("1 item is cancelled");
      assertThat(run(1, "replay", "x").err()).contains("there is no item \"x\"");
      assertThat(run(0, "verify").out()).contains("ok  2 items");

      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("UPDATE resilient_llm_item SET work = '{}' WHERE id = 'b'");
      }
      assertThat(run(1, "verify").out())
          .contains("DAMAGED", "item b: its work has a wrong checksum");
      assertThat(run(1, "show", "b").err()).startsWith("error: ").contains("wrong checksum");
    }
  }

  @Test
  void mistakesAreToldInOneLine() {
    assertThat(run(CommandLine.USAGE_ERROR, "list", "--outbox", "x").err())
        .startsWith("error: give --outbox or --jdbc-url, not both");
    Terminal terminal = Terminal.piped();
    List<String> nobody =
        List.of("outbox", "list", "--jdbc-url", "jdbc:postgresql://127.0.0.1:1/x");
    assertThat(line().run(nobody, terminal.screen())).isEqualTo(1);
    assertThat(terminal.err()).contains("the server was not reached").hasLineCount(1);
  }

  private Terminal run(int status, String... words) {
    List<String> all = new ArrayList<>(List.of("outbox"));
    all.addAll(List.of(words));
    all.addAll(List.of("--jdbc-url", url));
    Terminal terminal = Terminal.piped();
    assertThat(line().run(all, terminal.screen())).isEqualTo(status);
    return terminal;
  }

  private static CommandLine line() {
    return new CommandLine("test", List.of(new OutboxCommand()));
  }
}
