package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.testing.Pages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** The server itself is killed, started again, and frozen. */
@Timeout(120)
@SuppressWarnings("try")
class ServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static PostgresJournal.Builder builder(DataSource database) {
    return PostgresJournal.builder(database)
        .lease(Duration.ofSeconds(1))
        .serverPatience(Duration.ofSeconds(1));
  }

  private static Reason reasonOf(Throwable thrown) {
    return ((JournalException) thrown.getCause()).reason();
  }

  @Test
  @Tag("soak")
  void whatWasAcknowledgedBeforeTheServerWasKilledIsThere() throws Exception {
    DataSource database = server.database();
    for (int round = 0; round < 5; round++) {
      String id = "c" + round;
      int acknowledged = 0;
      try (PostgresJournal journal = builder(database).build()) {
        Journal.Log log = journal.open(id).join();
        CompletableFuture<Void> killed = new CompletableFuture<>();
        for (int n = 1; n <= 40; n++) {
          if (n == 20 + round) {
            CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> kill(killed));
          }
          try {
            log.append(Pages.entry(n)).join();
            acknowledged = n;
          } catch (CompletionException e) {
            assertThat(reasonOf(e)).isEqualTo(Reason.FAILED);
            assertThat(e).hasMessageContaining("was not reached, or the connection was lost");
            break;
          }
        }
        killed.join();
        server.restart();
      }
      try (PostgresJournal journal = builder(database).build();
          Journal.Log log = journal.open(id, PATIENCE).join()) {
        long last = log.lastSequence();
        assertThat(last).isBetween((long) acknowledged, acknowledged + 1L);
        assertThat(journal.read(id).join()).isEqualTo(Pages.entries(1, last));
        log.append(Pages.entry(last + 1)).join();
        assertThat(journal.verify(id).orElseThrow().problems()).isEmpty();
      }
    }
  }

  private static void kill(CompletableFuture<Void> killed) {
    try {
      server.kill();
      killed.complete(null);
    } catch (InterruptedException e) {
      killed.completeExceptionally(e);
    }
  }

  @Test
  void aServerThatIsBackInAMomentIsWaitedFor() throws Exception {
    DataSource database = server.database();
    CompletableFuture<Void> back = new CompletableFuture<>(); // however long that takes here
    try (PostgresJournal journal =
        PostgresJournal.builder(database)
            .later(
                (delay, task) -> {
                  CompletableFuture<Void> unused =
                      delay.toSeconds() > 0 ? null : back.thenRunAsync(task);
                })
            .build()) {
      Journal.Log log = journal.open("a").join();
      log.append(Pages.entry(1)).join();
      server.kill();
      CompletableFuture<Void> second = log.append(Pages.entry(2));
      server.restart();
      back.complete(null);

      second.join();
      log.append(Pages.entry(3)).join();
      log.close();
      assertThat(journal.read("a").join()).isEqualTo(Pages.entries(1, 3));
    }
  }

  @Test
  @Tag("soak")
  void whatWasOnlyStreamedMayGoWithTheServerAndThenItIsSaid() throws Exception {
    DataSource database = server.database();
    PostgresServer.execute(
        database, "ALTER SYSTEM SET wal_writer_delay = '10s'"); // keeps it from the disk for long
    PostgresServer.execute(database, "SELECT pg_reload_conf()");
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      Journal.Log log = journal.open("a").join();
      log.append(Pages.entry(1)).join();
      for (int n = 2; n <= 5; n++) {
        log.append(Pages.entry(n, Kind.PROGRESS, "piece")).join();
      }
      server.kill();
      server.restart();

      boolean isThere = journal.read("a").join().size() == 5;
      CompletableFuture<Void> next = log.append(Pages.entry(6, Kind.ANSWERED, "yes"));
      if (isThere) {
        next.join();
      } else {
        assertThatThrownBy(next::join).hasMessageContaining("The server lost entries");
        assertThat(journal.read("a").join()).first().isEqualTo(Pages.entry(1));
      }
      log.close();
      journal.open("a", PATIENCE).join().close();
    } finally {
      PostgresServer.execute(database, "ALTER SYSTEM RESET wal_writer_delay");
      PostgresServer.execute(database, "SELECT pg_reload_conf()");
    }
  }

  @Test
  void anOwnerWhoseServerStoodStillForLongerThanItsLeaseIsFencedAndSaysSo() throws Exception {
    DataSource database = server.database();
    try (PostgresJournal held =
            builder(database).serverPatience(PATIENCE).later((delay, task) -> {}).build();
        PostgresJournal other = builder(database).serverPatience(PATIENCE).build()) {
      Journal.Log log = held.open("a").join();
      log.append(Pages.entry(1)).join();
      CompletableFuture<Journal.Log> waits = other.open("a", PATIENCE);
      server.freeze();
      CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(1500, TimeUnit.MILLISECONDS))
          .join(); // a lease of the database's own clock
      assertThat(waits).isNotDone();
      server.thaw();

      Journal.Log next = waits.join();
      next.append(Pages.entry(2)).join();
      assertThatThrownBy(() -> log.append(Pages.entry(2)).join())
          .satisfies(e -> assertThat(reasonOf(e)).isEqualTo(Reason.LOST))
          .hasMessageContaining("longer than its lease");
      next.append(Pages.entry(3)).join();
      next.close();
      assertThat(other.read("a").join()).isEqualTo(Pages.entries(1, 3));
    }
  }

  @Test
  @Tag("soak")
  void aSilentServerDoesNotKeepThreadsForEver() throws Exception {
    PGSimpleDataSource database = server.database();
    database.setLoginTimeout(1); // as pools have one
    try (PostgresJournal journal = builder(database).threads(1).build()) {
      Journal.Log log = journal.open("a").join();
      log.append(Pages.entry(1)).join();
      server.freeze();
      CompletableFuture<Void> append = log.append(List.of(Pages.entry(2)));
      CompletableFuture<?> reading = journal.head("a");
      assertThatThrownBy(reading::join).hasMessageContaining("the connection was lost");
      server.thaw();

      append.join();
      log.close();
      assertThat(journal.read("a").join()).isEqualTo(Pages.entries(1, 2));
    } finally {
      server.thaw();
    }
  }
}
