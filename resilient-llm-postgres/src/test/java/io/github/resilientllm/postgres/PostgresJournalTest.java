package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.testing.JournalContract;
import io.github.resilientllm.testing.Pages;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A journal in PostgreSQL keeps to the contract, in several ways, and to its own promises. */
@SuppressWarnings("try") // closing early is what some of them are about
class PostgresJournalTest {
  static final Encryption KEYS =
      new Encryption() {
        @Override
        public String currentKey() {
          return "k1";
        }

        @Override
        public SecretKey key(String id) {
          return new SecretKeySpec(new byte[32], "AES");
        }
      };

  private static DataSource server;
  private static HikariDataSource pool;

  @BeforeAll
  static void database() {
    server = PostgresServer.shared().database();
    pool = new HikariDataSource();
    pool.setDataSource(server);
  }

  @AfterAll
  static void closePool() {
    if (pool != null) {
      pool.close();
    }
  }

  @BeforeEach
  void empty() {
    PostgresServer.empty(pool);
  }

  /** The contract for one way to build a journal. */
  abstract static class Contract extends JournalContract {
    abstract PostgresJournal.Builder builder();

    @Override
    protected Journal open() {
      return builder().build();
    }

    @Override
    protected Journal reopen(Journal journal) {
      journal.close();
      return open();
    }
  }

  @Nested
  class OnAPool extends Contract {
    @Override
    PostgresJournal.Builder builder() {
      return PostgresJournal.builder(pool);
    }
  }

  @Nested
  class BehindAPoolerAndSealed extends Contract {
    private final Pooler pooler = new Pooler(server);

    @Override
    PostgresJournal.Builder builder() {
      return PostgresJournal.builder(pooler).encryption(KEYS);
    }

    @org.junit.jupiter.api.AfterEach
    void closePooler() throws SQLException {
      pooler.close();
    }
  }

  @Test
  void anyOfTheLongestIdsIsAnId() {
    List<String> ids =
        List.of(
            "\0".repeat(512),
            "\\".repeat(512),
            "\\d800",
            "\uD800",
            "\uDFFF".repeat(512),
            "\uD83D\uDE80".repeat(256),
            "\\0",
            "\0",
            "'; DROP TABLE resilient_llm_entry; --",
            "%_");
    try (PostgresJournal journal = PostgresJournal.on(pool)) {
      ids.forEach(id -> Pages.write(journal, id, 1));

      assertThat(journal.list().join())
          .extracting(Journal.Head::conversation)
          .containsExactlyInAnyOrderElementsOf(ids);
      assertThat(ids)
          .allSatisfy(id -> assertThat(journal.read(id).join()).isEqualTo(Pages.entries(1, 1)));
      assertThat(journal.verifyAll()).hasSize(ids.size()).noneMatch(PostgresJournal.Check::damaged);
    }
    assertThat(strings("SELECT id FROM resilient_llm_conversation WHERE length(id) = 5"))
        .containsExactlyInAnyOrder("\\d800");
  }

  @Test
  void aTurnCostsThreeStatementsAndNoConnectionIsKeptMeanwhile() {
    Counting counting = new Counting();
    try (PostgresJournal journal = PostgresJournal.on(counting)) {
      journal.open("a").join().close();
      journal.delete("a").join(); // when it is closed
      int before = counting.steps();

      Journal.Log log = journal.open("a").join();
      assertThat(counting.open()).isZero();
      log.append(List.of(Pages.entry(1), Pages.entry(2))).join();
      assertThat(counting.open()).isZero();
      var answered = log.append(Pages.entry(3, Kind.ANSWERED, "yes"));
      log.close();
      answered.join();
      journal.close();

      // The right to write is given back with the answer, if that did not go before.
      assertThat(counting.steps() - before).isBetween(3, 4);
    }
    assertThat(counting.open()).isZero();
  }

  /** Counts statements and connections. */
  private static final class Counting extends WatchedSource {
    @Override
    Connection connect() throws SQLException {
      return pool.getConnection();
    }
  }

  @Test
  void onlyWhatNobodyReliesOnIsCommittedWithoutTheDisk() {
    PostgresServer.execute(
        pool,
        """
        CREATE TABLE commits (i serial, what text, how text);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            INSERT INTO commits (what, how) VALUES (TG_ARGV[0] || NEW.last_n, current_setting('synchronous_commit'));
            RETURN NULL;
          END $$;
        CREATE CONSTRAINT TRIGGER noted AFTER INSERT OR UPDATE ON resilient_llm_conversation
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note('last ');
        """);
    try (PostgresJournal journal = PostgresJournal.on(pool)) {
      Journal.Log log = journal.open("a").join();
      log.held().join();
      log.held().join();
      log.append(Pages.entry(1)).join();
      log.append(Pages.entry(2, Kind.ATTEMPT, "x")).join();
      log.append(Pages.entry(3, Kind.PROGRESS, "x")).join();
      log.append(List.of(Pages.entry(4, Kind.PROGRESS, "x"), Pages.entry(5, Kind.ANSWERED, "x")))
          .join();
      log.append(Pages.entry(6, Kind.PROGRESS, "x")).join();
      log.close();
      log = journal.open("a").join(); // relies on what is in doubt
      log.append(Pages.entry(7)).join();
      log.held().join(); // the append was durable, and the right to write with it
      log.close();
      journal.open("a").join();
    } finally {
      PostgresServer.execute(pool, "DROP TRIGGER noted ON resilient_llm_conversation");
    }
    assertThat(strings("SELECT what || ' ' || how FROM commits ORDER BY i"))
        .containsSubsequence(
            "last 0 off", // opened
            "last 0 on", // held
            "last 0 off", // held
            "last 1 on",
            "last 2 off",
            "last 3 off",
            "last 5 on",
            "last 6 off", // a piece
            "last 6 off", // closed
            "last 6 on", // opened
            "last 7 on",
            "last 7 off", // held
            "last 7 off", // closed
            "last 7 off"); // opened
  }

  @Test
  void whatWasStreamedIsDroppedWhenItsTurnEnds() {
    try (PostgresJournal journal = PostgresJournal.on(pool)) {
      try (Journal.Log log = journal.open("a").join()) {
        log.append(Pages.entry(1)).join();
        for (long n = 2; n <= 20; n++) {
          log.append(Pages.entry(n, Kind.PROGRESS, "piece")).join();
        }
      }
      assertThat(journal.read("a").join()).hasSize(20);
      long before = journal.head("a").join().orElseThrow().bytes();
      try (Journal.Log log = journal.open("a").join()) {
        log.append(Pages.entry(21, Kind.FAILED, "no")).join();
        log.append(Pages.entry(22, Kind.PROGRESS, "piece")).join();
        log.append(Pages.entry(23, Kind.ANSWERED, "yes")).join();
        log.append(Pages.entry(24, Kind.PROGRESS, "piece")).join();
      }
      assertThat(journal.read("a").join())
          .extracting(JournalEntry::sequence)
          .containsExactly(1L, 21L, 23L, 24L);
      assertThat(journal.readAfter("a", 10, 1).join().entries())
          .extracting(JournalEntry::sequence)
          .containsExactly(21L);
      assertThat(journal.head("a").join().orElseThrow().bytes()).isLessThan(before);
      assertThat(journal.verify("a").orElseThrow().problems()).isEmpty();
    }
  }

  @Test
  void oldConversationsAreDeletedButThoseThatAreOpenOrDamaged() {
    try (PostgresJournal journal = PostgresJournal.on(pool)) {
      for (String id : List.of("old", "new", "open", "damaged")) {
        Pages.write(journal, id, 2);
      }
      Journal.Log open = journal.open("open").join();
      PostgresServer.execute(
          pool,
          """
          UPDATE resilient_llm_conversation SET used_at = used_at - interval '40 days' WHERE id <> 'new';
          UPDATE resilient_llm_conversation SET state = 'damaged' WHERE id = 'damaged'
          """);
      assertThat(journal.deleteOlderThan(Duration.ofDays(41))).isZero();
      assertThat(journal.deleteOlderThan(Duration.ofDays(100_000_000_000L))).isZero();
      assertThat(journal.deleteOlderThan(ChronoUnit.FOREVER.getDuration())).isZero();
      assertThat(journal.deleteOlderThan(Duration.ofDays(39))).isEqualTo(1);
      assertThat(journal.list().join())
          .extracting(Journal.Head::conversation)
          .containsExactlyInAnyOrder("new", "open", "damaged");
      assertThat(strings("SELECT DISTINCT life FROM resilient_llm_entry")).hasSize(3);

      assertThat(journal.shrinkTo(100_000)).isZero();
      assertThat(journal.shrinkTo(0)).isEqualTo(1);
      open.append(Pages.entry(3)).join();
      open.close();
      assertThat(journal.shrinkTo(0)).isEqualTo(1);
      assertThatThrownBy(() -> journal.deleteOlderThan(Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void nothingOfADeletedConversationIsLeft() {
    try (PostgresJournal journal = PostgresJournal.on(pool)) {
      for (String id : List.of("a", "b", "c")) {
        Pages.write(journal, id, 2);
      }
      assertThat(journal.delete("a").join()).isTrue();
      PostgresServer.execute(
          pool,
          "UPDATE resilient_llm_conversation SET used_at = '2000-01-01', last_at = '2000-01-01'"
              + " WHERE id = 'b'");
      assertThat(journal.deleteOlderThan(Duration.ofDays(1))).isEqualTo(1);
      assertThat(strings("SELECT DISTINCT life FROM resilient_llm_entry")).hasSize(1);
    }
  }

  @Test
  void whatIsTooMuchForOneStatementIsWrittenBeforeTheConversationIsGivenBack() {
    try (PostgresJournal journal = PostgresJournal.on(pool)) {
      Journal.Log log = journal.open("a").join();
      List<CompletableFuture<Void>> kept = new ArrayList<>();
      for (long n = 1; n <= 2500; n++) {
        kept.add(log.append(Pages.entry(n)));
      }
      log.close();
      kept.forEach(CompletableFuture::join);
      assertThat(journal.head("a").join().orElseThrow().lastSequence()).isEqualTo(2500);
    }
  }

  @Test
  void theTablesMayBeInASchemaOfTheirOwn() {
    PostgresSchema.in(pool, "odd \"name").create();
    PostgresSchema.in(pool, "odd \"name").create();
    try (PostgresJournal journal = PostgresJournal.builder(pool).schema("odd \"name").build()) {
      Pages.write(journal, "a", 3);
      assertThat(journal.read("a").join()).isEqualTo(Pages.entries(1, 3));
    }
    assertThat(strings("SELECT id FROM resilient_llm_conversation")).isEmpty();
  }

  @Test
  void severalMakeTheTablesAtOnce() {
    DataSource fresh = PostgresServer.shared().database(false);
    Stream.of(1, 2, 3, 4).parallel().forEach(i -> PostgresSchema.in(fresh).create());
    try (PostgresJournal journal = PostgresJournal.on(fresh)) {
      journal.check();
    }
  }

  @Test
  void aPoolWithoutAutoCommitServesAsWell() {
    try (HikariDataSource other = new HikariDataSource()) {
      other.setDataSource(server);
      other.setAutoCommit(false);
      other.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
      try (PostgresJournal journal = PostgresJournal.on(other)) {
        Pages.write(journal, "a", 3);
        assertThat(journal.delete("a").join()).isTrue();
        Pages.write(journal, "a", 2);
      }
    }
    assertThat(strings("SELECT last_n || state FROM resilient_llm_conversation"))
        .containsExactly(
            "2" + ConversationState.QUESTION_PENDING.name().toLowerCase(java.util.Locale.ROOT));
  }

  static List<String> strings(String sql) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (found.next()) {
        all.add(found.getString(1));
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
