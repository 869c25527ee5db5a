package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.postgres.Wire.Cut;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** The tables are made once, by whoever comes first, and nobody is in another's way. */
@Timeout(60)
class PostgresSchemaTest {
  private static final Duration PATIENCE = Duration.ofMillis(1500);

  private final PGSimpleDataSource server = PostgresServer.shared().database(false);

  private String text(String sql) {
    return PostgresServer.text(server, sql);
  }

  private void create() {
    PostgresSchema.in(server).impatient(PATIENCE).create();
  }

  @Test
  void whereTheyAreThereNobodyWaitsForWhoWrites() throws SQLException {
    PostgresSchema.in(server).create();
    try (Connection writer = server.getConnection();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute(
          "LOCK resilient_llm_item, resilient_llm_conversation, resilient_llm_schema IN ROW"
              + " EXCLUSIVE MODE");
      create();
    }
  }

  @Test
  void whatIsMissingOrOldIsMade() {
    PostgresSchema.in(server).create();
    PostgresServer.execute(server, "DROP INDEX resilient_llm_item_turn");
    create();
    assertThat(text("SELECT to_regclass('resilient_llm_item_turn')")).isNotNull();
    PostgresServer.execute(server, "UPDATE resilient_llm_schema SET version = 0");
    create();
    assertThat(text("SELECT min(version) FROM resilient_llm_schema")).isEqualTo("1");
    PostgresServer.execute(server, "DELETE FROM resilient_llm_schema WHERE part = 'outbox'");
    create();
    PostgresOutbox.on(server).check();
  }

  @Test
  void whenTheNetworkFallsSilentMeanwhileTheyAreMadeAllTheSame() throws SQLException {
    try (Wire wire = new Wire(server.getPortNumbers()[0]);
        WirePool pool = new WirePool(server, wire)) {
      int n = 1;
      do {
        PostgresServer.execute(server, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        wire.cutAt(n += 5, Cut.SILENCE);
        PostgresSchema.in(pool).impatient(PATIENCE).create();
        PostgresOutbox.on(server).check();
        PostgresJournal.on(server).check();
      } while (wire.wasCut());
      assertThat(n).isGreaterThan(9);
    }
  }
}
