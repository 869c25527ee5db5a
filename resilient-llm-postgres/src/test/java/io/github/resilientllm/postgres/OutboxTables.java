package io.github.resilientllm.postgres;

import java.time.Duration;
import javax.sql.DataSource;

/** What tests do to an outbox's tables from outside. */
final class OutboxTables {
  private OutboxTables() {}

  static void empty(DataSource source) {
    PostgresServer.execute(
        source,
        "DELETE FROM resilient_llm_item; UPDATE resilient_llm_outbox SET paused = false, served ="
            + " '{0,0,0,0}', version = 0, note = ''");
  }

  /**
   * Moves all that there is into the past: for the database's clock that is as if it had gone on.
   */
  static void pass(DataSource source, Duration time) {
    String by = " - interval '" + time.toMillis() + " milliseconds'";
    PostgresServer.execute(
        source,
        "UPDATE resilient_llm_item SET submitted_at = submitted_at"
            + by
            + ", expires_at = expires_at"
            + by
            + ", not_before = not_before"
            + by
            + ", changed_at = changed_at"
            + by
            + ", next_at = next_at"
            + by);
  }
}
