package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.testing.Pages;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The connection is cut at the first statement of a conversation's life, at its second and so on,
 * until it passes untouched; each time everything is as if nothing had happened.
 */
class LostConnectionTest {
  private static DataSource server;

  @BeforeAll
  static void newDatabase() {
    server = PostgresServer.shared().database();
  }

  @ParameterizedTest
  @EnumSource
  void whereverAConnectionIsCutNothingIsLostAndNothingIsThereTwice(Cutting.When when)
      throws SQLException {
    cut(when, when == Cutting.When.BEFORE ? 1 : 2, 3);
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource
  void whereverAConnectionIsCutAtAll(Cutting.When when) throws SQLException {
    cut(when, 1, 1);
  }

  private void cut(Cutting.When when, int first, int step) throws SQLException {
    int n = first - step;
    Cutting cutting;
    do {
      cutting = new Cutting(server, n += step, when);
      String id = when + " " + step + " " + n;
      try (PostgresJournal journal = hurried(cutting).build()) {
        live(journal, id);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("cut " + when + " statement " + n, e);
      }
      assertIsLived(cutting, id, n);
      cutting.closeAll();
    } while (cutting.struck());
    System.out.printf("cut %s one in %d of %d statements%n", when, step, n - step);
    assertThat(n).isGreaterThan(20);
  }

  /** A journal that does not wait where it waits for a moment. */
  static PostgresJournal.Builder hurried(DataSource source) {
    return PostgresJournal.builder(source)
        .later(
            (delay, task) ->
                CompletableFuture.delayedExecutor(
                        delay.toSeconds(), TimeUnit.SECONDS, Runnable::run)
                    .execute(task));
  }

  /** Every operation there is. */
  static void live(PostgresJournal journal, String id) {
    assertThat(journal.head(id).join()).isEmpty();
    try (Journal.Log log = journal.open(id).join()) {
      log.append(Pages.entry(1)).join();
      log.append(Pages.entries(2, 4)).join();
      log.append(Pages.entry(5, Kind.PROGRESS, "piece")).join();
      log.held().join();
      assertThat(log.entriesAfter(2).join()).hasSize(3);
      log.append(Pages.entry(6, Kind.ANSWERED, "yes")).join();
    }
    assertThat(journal.delete(id).join()).isTrue();
    assertThat(journal.delete(id).join()).isFalse();
    journal.open(id).join().close();
    Journal.Log log = journal.open(id, Duration.ofSeconds(20)).join();
    log.append(Pages.entry(1)).join();
    log.append(Pages.entry(2, Kind.PROGRESS, "piece")).join();
    var last = log.append(List.of(Pages.entry(3, Kind.ANSWERED, "yes")));
    log.close();
    last.join();
    assertThat(journal.readLast(id, 1000).join().entries()).hasSize(2);
    assertThat(journal.list(Journal.Query.all().inStates(Set.of(ConversationState.IDLE))).join())
        .isNotNull();
    assertThat(journal.verify(id).orElseThrow().problems()).isEmpty();
    assertThat(journal.deleteOlderThan(Duration.ofDays(1000))).isZero();
  }

  static void assertIsLived(DataSource cutting, String id, int n) {
    try (PostgresJournal journal = PostgresJournal.on(cutting)) {
      assertThat(journal.read(id).join())
          .as("cut at %d", n)
          .containsExactly(Pages.entry(1), Pages.entry(3, Kind.ANSWERED, "yes"));
      journal.open(id).join().close();
    }
  }

  @Test
  void aPoolFullOfDeadConnectionsIsGotOver() {
    try (com.zaxxer.hikari.HikariDataSource pool = new com.zaxxer.hikari.HikariDataSource()) {
      pool.setDataSource(server);
      pool.setMaximumPoolSize(4);
      try (PostgresJournal journal = PostgresJournal.on(pool)) {
        Journal.Log log = journal.open("pooled").join();
        log.append(Pages.entry(1)).join();
        PostgresServer.execute(
            server,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND datname = current_database()");

        log.append(Pages.entry(2)).join();
        log.close();
        assertThat(journal.read("pooled").join()).isEqualTo(Pages.entries(1, 2));
      }
    }
  }
}
