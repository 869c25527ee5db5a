package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.testing.Pages;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The right to write: by the database's clock, renewed, lost, and told. */
@SuppressWarnings("try") // logs that are lost need no closing
class LeaseTest {
  private static final String[] ALL = {"'a'"};
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static DataSource database;
  private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void newDatabase() {
    database = PostgresServer.shared().database();
  }

  @BeforeEach
  void empty() {
    PostgresServer.empty(database);
  }

  /** A program whose clock stands still until the test moves it. */
  private PostgresJournal frozen(String owner) {
    return frozen(owner, database);
  }

  private PostgresJournal frozen(String owner, DataSource source) {
    return PostgresJournal.builder(source)
        .owner(owner)
        .later((delay, task) -> later.add(task))
        .executor(Runnable::run)
        .build();
  }

  private PostgresJournal other() {
    return PostgresJournal.builder(database).owner("other").build();
  }

  private void leaseRunsOut() {
    PostgresServer.execute(
        database, "UPDATE resilient_llm_conversation SET lease_until = now() - interval '1 ms'");
  }

  private void timePasses() {
    List<Runnable> due = new ArrayList<>();
    while (!later.isEmpty()) {
      due.add(later.remove());
    }
    due.forEach(Runnable::run);
  }

  private static void assertRefused(Reason reason, ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(JournalException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words.length == 0 ? ALL : words))
        .extracting(e -> ((JournalException) e).reason())
        .isEqualTo(reason);
  }

  @Test
  void whoFindsAConversationBusyIsToldWhoHasItAndUntilWhen() {
    try (PostgresJournal paused = frozen("desk-1");
        PostgresJournal other = other()) {
      Journal.Log log = paused.open("a").join();
      String until =
          PostgresServer.text(
              database,
              "SELECT to_char(lease_until AT TIME ZONE 'UTC', 'HH24:MI:SS') FROM resilient_llm_conversation");
      assertRefused(Reason.BUSY, () -> other.open("a").join(), "desk-1", until, "'a'");
      assertRefused(Reason.BUSY, () -> other.delete("a").join(), "desk-1", until);
      log.close();
    }
  }

  @Test
  void whoWasHeldUpForTooLongIsFencedAndToldBeforeAnythingElse() {
    try (PostgresJournal paused = frozen("desk-1");
        PostgresJournal other = other()) {
      Journal.Log log = paused.open("a").join();
      log.append(Pages.entry(1)).join();
      leaseRunsOut();
      log.held().join(); // nobody else was there, and it is renewed
      assertRefused(Reason.BUSY, () -> other.open("a").join());
      leaseRunsOut();
      Journal.Log next = other.open("a").join();

      assertRefused(Reason.LOST, () -> log.held().join(), "took it over");
      assertRefused(Reason.LOST, () -> log.append(Pages.entry(2)).join(), "longer than its lease");
      next.append(Pages.entry(2)).join();
      log.close();
      next.append(Pages.entry(3)).join();
      next.close();
      assertThat(other.read("a").join()).isEqualTo(Pages.entries(1, 3));
    }
  }

  @Test
  void anAppendThatComesTooLateIsRefusedWhateverHappenedSince() {
    try (PostgresJournal paused = frozen("desk-1");
        PostgresJournal other = other()) {
      for (Runnable since :
          List.<Runnable>of(
              () -> {},
              () -> Pages.write(other, "a", 1),
              () -> other.delete("a").join(),
              () -> {
                other.delete("a").join();
                Pages.write(other, "a", 1);
              })) {
        try (PostgresJournal before = other()) { // which ends with all given back
          Pages.write(before, "a", 1);
        }
        Journal.Log log = paused.open("a").join();
        long next = log.lastSequence() + 1;
        leaseRunsOut();
        other.open("a").join().close();
        since.run();
        List<?> before = other.read("a").join();

        assertRefused(Reason.LOST, () -> log.append(Pages.entry(next)).join());
        assertRefused(Reason.LOST, () -> log.append(Pages.entry(next)).join());
        assertThat(other.read("a").join()).isEqualTo(before);
        log.close();
        other.delete("a").join();
      }
    }
  }

  @Test
  void aHeartbeatKeepsTheRightAndTellsWhenItIsLost() {
    Losing watched = new Losing();
    try (PostgresJournal paused = frozen("desk-1", watched);
        PostgresJournal other = other()) {
      Journal.Log log = paused.open("a").join();
      Journal.Log second = paused.open("b").join();
      leaseRunsOut();
      timePasses();
      assertRefused(Reason.BUSY, () -> other.open("a").join());
      assertRefused(Reason.BUSY, () -> other.open("b").join(), "'b'");
      leaseRunsOut();
      Journal.Log next = other.open("a").join();
      timePasses();

      int asked = watched.steps();
      assertRefused(Reason.LOST, () -> log.held().join());
      assertRefused(Reason.LOST, () -> log.append(Pages.entry(1)).join());
      assertThat(watched.steps()).as("it was told, and asks no more").isEqualTo(asked);
      second.held().join();
      second.append(Pages.entry(1)).join();
      next.append(Pages.entry(1)).join();
      next.close();
    }
  }

  @Test
  void nothingIsLeftToDoWhenNothingIsOpen() {
    try (PostgresJournal journal = frozen("desk-1")) {
      journal.open("a").join().close();
      timePasses();
      assertThat(later).isEmpty();
    }
  }

  @Test
  void whatADeadProgramHadIsFreeWhenItsLeaseHasRunOut() {
    PostgresJournal dead = frozen("dead");
    Journal.Log left = dead.open("a").join();
    left.append(Pages.entry(1)).join();
    CompletableFuture<Void> unheard = left.append(Pages.entry(2, Kind.PROGRESS, "piece"));
    assertThat(unheard).isNotDone();
    Journal.Log unused = dead.open("never written").join();
    try (PostgresJournal other = other()) {
      assertRefused(Reason.BUSY, () -> other.open("a").join(), "dead");
      CompletableFuture<Journal.Log> waits = other.open("a", PATIENCE);
      assertThat(waits).isNotDone();
      leaseRunsOut();

      try (Journal.Log log = waits.join()) {
        assertThat(log.lastSequence()).isEqualTo(2);
        log.append(Pages.entry(3)).join();
      }
      assertThat(other.list().join()).extracting(Journal.Head::conversation).containsExactly("a");
      assertThat(other.delete("never written").join()).isFalse();
    }
  }

  @Test
  void thoseWhoWaitHereGetItInTheOrderOfAsking() {
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      Journal.Log first = journal.open("a").join();
      List<Integer> order = new ArrayList<>();
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int number = i;
        CompletableFuture<Journal.Log> next = journal.open("a", PATIENCE);
        done.add(
            next.thenAccept(
                log -> {
                  synchronized (order) {
                    order.add(number);
                  }
                  log.close();
                }));
      }
      first.close();
      done.forEach(CompletableFuture::join);
      assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }
  }

  @Test
  void whoAskedFirstGetsItAlsoIfSomebodyElseLooksFirst() {
    try (PostgresJournal dead = frozen("dead");
        PostgresJournal journal = frozen("desk-1")) {
      dead.open("a").join();
      later.clear();
      CompletableFuture<Journal.Log> first = journal.open("a", PATIENCE);
      Runnable firstLooks = later.remove();
      CompletableFuture<Journal.Log> second = journal.open("a", PATIENCE);
      Runnable secondLooks = later.remove();
      leaseRunsOut();

      secondLooks.run();
      firstLooks.run();
      assertThat(first).isCompleted();
      assertThat(second).isNotDone();
      first.join().close();
      second.join().close();
    }
  }

  @Test
  void whoWasTakenOverWhileItsConnectionWasLostIsNotToldThatItWrote() {
    Losing losing = new Losing();
    try (PostgresJournal held = PostgresJournal.on(losing);
        PostgresJournal other = other()) {
      Journal.Log log = held.open("a").join();
      losing.meanwhile =
          () -> {
            leaseRunsOut();
            Pages.write(other, "a", 1);
          };
      assertRefused(Reason.LOST, () -> log.append(Pages.entry(1)).join());
      assertThat(other.read("a").join()).hasSize(1);
    }
  }

  @Test
  void nothingIsAcknowledgedAfterWhatCouldNotBeWritten() {
    Losing losing = new Losing();
    try (PostgresJournal journal = PostgresJournal.on(losing)) {
      Journal.Log log = journal.open("a").join();
      losing.state = "53100"; // a full disk, not a lost connection
      losing.meanwhile = () -> {};
      CompletableFuture<Void> first = log.append(Pages.entry(1));
      assertRefused(Reason.FAILED, first::join, "the server's disk is full");
      assertRefused(Reason.FAILED, () -> log.append(Pages.entry(2)).join());
      assertRefused(Reason.FAILED, () -> log.held().join());
      log.close();
      assertThat(journal.read("a").join()).isEmpty();
      Pages.write(journal, "a", 1);
    }
  }

  @Test
  void whatIsAppendedTogetherIsThereTogetherOrNotAtAll() {
    for (int spared = 0; spared < 3; spared++) {
      Losing losing = new Losing();
      String id = "spares " + spared;
      try (PostgresJournal journal = PostgresJournal.on(losing);
          PostgresJournal other = other()) {
        Journal.Log log = journal.open(id).join();
        losing.state = "53100"; // a full disk: nothing tries again
        losing.spared.set(spared);
        losing.meanwhile = () -> {};
        boolean isKept = log.append(Pages.entries(1, 3)).handle((kept, e) -> e == null).join();
        assertThat(other.read(id).join()).hasSize(isKept ? 3 : 0);
        losing.meanwhile = null;
        log.close();
      }
    }
  }

  /** Fails before a statement, when something happened meanwhile. */
  private static final class Losing extends WatchedSource {
    private final AtomicInteger spared = new AtomicInteger(); // statements
    private volatile Runnable meanwhile;
    private volatile String state = "08006";

    @Override
    java.sql.Connection connect() throws SQLException {
      return database.getConnection();
    }

    @Override
    void before(int n, java.sql.Connection connection) throws SQLException {
      Runnable now = meanwhile;
      if (now != null && spared.getAndDecrement() <= 0) {
        meanwhile = null;
        now.run();
        throw new SQLException("An I/O error occurred while sending to the backend.", state);
      }
    }
  }
}
