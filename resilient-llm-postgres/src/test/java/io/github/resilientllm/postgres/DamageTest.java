package io.github.resilientllm.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.testing.Pages;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.zip.CRC32C;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was changed or lost behind the journal's back is found, told, and never read. */
class DamageTest {
  private static HikariDataSource database;

  @BeforeAll
  static void newDatabase() {
    DataSource server = PostgresServer.shared().database();
    database = new HikariDataSource();
    database.setDataSource(server);
  }

  @AfterAll
  static void closePool() {
    if (database != null) {
      database.close();
    }
  }

  @BeforeEach
  void empty() {
    PostgresServer.empty(database);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE resilient_llm_entry SET body = set_byte(body, 12, 65) WHERE n = 3",
        "UPDATE resilient_llm_entry SET at = at + interval '1 microsecond' WHERE n = 3",
        "UPDATE resilient_llm_entry SET kind = 'system' WHERE n = 3",
        "UPDATE resilient_llm_entry SET state = 'idle' WHERE n = 3",
        "UPDATE resilient_llm_entry SET key_id = 'k1' WHERE n = 3",
        "UPDATE resilient_llm_entry SET crc = crc + 1 WHERE n = 3",
        "DELETE FROM resilient_llm_entry WHERE n = 3",
        "DELETE FROM resilient_llm_entry WHERE n = 1",
        "DELETE FROM resilient_llm_entry WHERE n = 9",
        "DELETE FROM resilient_llm_entry WHERE n = 8",
        "DELETE FROM resilient_llm_entry WHERE n >= 3",
        "DELETE FROM resilient_llm_entry",
        "UPDATE resilient_llm_entry SET n = 20 WHERE n = 3",
        "UPDATE resilient_llm_entry e SET body = o.body, crc = o.crc FROM resilient_llm_entry o"
            + " WHERE o.life = e.life AND o.n = 4 AND e.n = 3",
        "UPDATE resilient_llm_entry SET life = life + 1; "
            + "UPDATE resilient_llm_conversation SET life = life + 1",
        "DELETE FROM resilient_llm_entry WHERE n = 3; "
            + "UPDATE resilient_llm_entry SET kept = kept - 1 WHERE n > 3",
        "UPDATE resilient_llm_entry SET body = set_byte(body, 8000, 65) WHERE n = 6",
        "UPDATE resilient_llm_conversation SET last_n = 10",
        "UPDATE resilient_llm_conversation SET last_n = 8",
        "UPDATE resilient_llm_conversation SET state = 'idle'"
      })
  void anyChangeIsFound(String change) {
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      try (Journal.Log log = journal.open("a").join()) {
        log.append(Pages.entries(1, 5)).join();
        log.append(Pages.entry(6, "x".repeat(9000))).join();
        log.append(Pages.entry(7, Kind.PROGRESS, "dropped")).join();
        log.append(Pages.entry(8)).join();
        log.append(Pages.entry(9, Kind.PROGRESS, "open")).join();
      }
      assertThat(journal.verify("a").orElseThrow().problems()).isEmpty();
      PostgresServer.execute(database, change);

      PostgresJournal.Check check = journal.verify("a").orElseThrow();
      assertThat(check.damaged()).as(change).isTrue();
      assertThat(check.problems()).isNotEmpty();
      boolean onlyTheHead = change.contains("conversation SET state");
      if (!onlyTheHead) {
        assertRefused(Reason.DAMAGED, () -> journal.read("a").join());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE resilient_llm_entry SET body = 'x' WHERE n = 3 -> 1 2 4 5 6 7 8",
        "UPDATE resilient_llm_entry SET crc = 0 WHERE n IN (1, 6) -> 2 3 4 5 7 8",
        "DELETE FROM resilient_llm_entry WHERE n IN (2, 3) -> 1 4 5 6 7 8",
        "DELETE FROM resilient_llm_entry WHERE n >= 4 -> 1 2 3 8",
        "UPDATE resilient_llm_conversation SET last_n = 4, state = 'idle' -> 1 2 3 4 5 6 7 8",
        "UPDATE resilient_llm_conversation SET last_n = 9 -> 1 2 3 4 5 6 7 10"
      })
  void aRepairKeepsWhatIsSoundAndNotesTheRest(String change) {
    String[] parts = change.split(" -> ", 2);
    List<Long> left = Arrays.stream(parts[1].split(" ", -1)).map(Long::valueOf).toList();
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      try (Journal.Log log = journal.open("a").join()) {
        log.append(Pages.entries(1, 5)).join();
        log.append(Pages.entry(6, Kind.PROGRESS, "piece")).join();
        log.append(Pages.entry(7, Kind.PROGRESS, "piece")).join();
      }
      PostgresServer.execute(database, parts[0]);

      assertThat(journal.repair("a").orElseThrow().damaged()).isTrue();
      assertThat(journal.verify("a").orElseThrow().problems()).isEmpty();
      assertThat(journal.read("a").join())
          .extracting(JournalEntry::sequence)
          .containsExactlyElementsOf(left);
      assertThat(journal.read("a").join())
          .last()
          .satisfies(
              note -> {
                assertThat(note.name()).isEqualTo("resilient-llm.repair");
                assertThat(note.stateAfter()).isEqualTo(ConversationState.QUESTION_PENDING);
              });
      try (Journal.Log log = journal.open("a").join()) {
        log.append(Pages.entry(log.lastSequence() + 1, Kind.ANSWERED, "yes")).join();
      }
      assertThat(journal.verify("a").orElseThrow().problems()).isEmpty();
      assertThat(journal.repair("a").orElseThrow().damaged()).isFalse();
    }
  }

  @Test
  void whatARepairSetsAsideStaysUntilTheConversationIsDeleted() {
    String aside =
        "SELECT string_agg(n || ' ' || convert_from(body, 'UTF8'), ', ') FROM resilient_llm_damaged";
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      Pages.write(journal, "a", 3);
      PostgresServer.execute(database, "UPDATE resilient_llm_entry SET body = 'x' WHERE n = 2");
      assertThat(journal.repair("a")).isPresent();
      assertThat(PostgresServer.text(database, aside)).isEqualTo("2 x");
      assertThat(journal.read("a").join())
          .last()
          .extracting(JournalEntry::body)
          .isEqualTo("{\"missing\":[[2,2]],\"aside\":[2]}");
      assertThat(journal.delete("a").join()).isTrue();
      assertThat(PostgresServer.text(database, aside)).isNull();
    }
  }

  @Test
  void whatCannotBeRepairedHonestlyIsRefusedAndNotChanged() {
    try (PostgresJournal journal = PostgresJournal.on(database);
        PostgresJournal sealed =
            PostgresJournal.builder(database).encryption(PostgresJournalTest.KEYS).build()) {
      assertThat(journal.repair("nobody")).isEmpty();
      Pages.write(journal, "a", 2);
      Pages.write(sealed, "b", 2);
      Pages.write(journal, "c", 2);
      Pages.write(journal, "d", 2);
      try (Journal.Log held = journal.open("d").join()) {
        PostgresServer.execute(
            database,
            """
            UPDATE resilient_llm_entry e SET crc = 0 FROM resilient_llm_conversation c
              WHERE c.life = e.life AND (c.id = 'a' OR n = 1);
            UPDATE resilient_llm_entry e SET kind = 'branch' FROM resilient_llm_conversation c
              WHERE c.life = e.life AND c.id = 'c' AND n = 2
            """);
        assertThatThrownBy(() -> journal.repair("a")).hasMessageContaining("nothing of it can be");
        assertThatThrownBy(() -> journal.repair("b")).hasMessageContaining("it is encrypted");
        assertThatThrownBy(() -> journal.repair("d"))
            .isInstanceOf(JournalException.class)
            .extracting(e -> ((JournalException) e).reason())
            .isEqualTo(Reason.BUSY);
        assertThat(PostgresServer.text(database, "SELECT count(*) FROM resilient_llm_damaged"))
            .isEqualTo("0");
        assertThat(held.incarnation()).isNotEmpty();
      }
      assertThat(sealed.repair("b").orElseThrow().damaged()).isTrue();
      assertThat(sealed.read("b").join()).hasSize(2);
    }
  }

  private static void assertRefused(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("onversation 'a'")
        .hasMessageNotContaining("secret")
        .extracting(e -> ((JournalException) e).reason())
        .isEqualTo(reason);
  }

  @Test
  void anotherConversationsEntriesAreNotTaken() {
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      Pages.write(journal, "a", 3);
      Pages.write(journal, "b", 3);
      PostgresServer.execute(
          database,
          """
          UPDATE resilient_llm_conversation SET id = 'c' WHERE id = 'a';
          UPDATE resilient_llm_conversation SET id = 'a' WHERE id = 'b'
          """);
      assertRefused(Reason.DAMAGED, () -> journal.read("a").join());
      assertThat(journal.verifyAll()).hasSize(2).allMatch(PostgresJournal.Check::damaged);
    }
  }

  @Test
  void aLostLastEntryIsFoundByOpening() {
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      Pages.write(journal, "a", 3);
      PostgresServer.execute(database, "DELETE FROM resilient_llm_entry WHERE n = 3");
      assertRefused(Reason.DAMAGED, () -> journal.open("a").join());
      assertRefused(Reason.DAMAGED, () -> journal.readLast("a", 1000).join());
    }
  }

  @Test
  void whatANewerVersionWroteIsRefusedByItsName() {
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      Pages.write(journal, "a", 3);
      PostgresServer.execute(database, "UPDATE resilient_llm_conversation SET state = 'branched'");
      assertRefused(Reason.UNKNOWN, () -> journal.open("a").join());
      assertThat(journal.head("a").join().orElseThrow().state())
          .isEqualTo(ConversationState.UNKNOWN);
      assertThat(
              journal
                  .list(Journal.Query.all().inStates(Set.of(ConversationState.UNKNOWN)))
                  .join()
                  .heads())
          .hasSize(1);
      assertThat(journal.shrinkTo(0)).isZero();
      PostgresServer.execute(
          database,
          """
          UPDATE resilient_llm_conversation SET state = 'question_pending';
          UPDATE resilient_llm_entry SET kind = 'branch' WHERE n = 3
          """);
      assertRefused(Reason.UNKNOWN, () -> journal.open("a").join());
      assertThat(
              PostgresServer.text(
                  database, "SELECT max(n) || ' ' || count(*) FROM resilient_llm_entry"))
          .isEqualTo("3 3");
    }
  }

  @Test
  void sealedBodiesOpenOnlyWhereTheyBelong() {
    try (PostgresJournal sealed =
            PostgresJournal.builder(database).encryption(PostgresJournalTest.KEYS).build();
        PostgresJournal plain = PostgresJournal.on(database);
        PostgresJournal both =
            PostgresJournal.builder(database)
                .encryption(PostgresJournalTest.KEYS)
                .readPlainToo()
                .build()) {
      Pages.write(sealed, "a", 2);
      assertThat(
              PostgresServer.text(
                  database,
                  "SELECT count(*) FROM resilient_llm_entry WHERE position('secret' IN encode(body, 'escape')) > 0"))
          .isEqualTo("0");
      assertThat(sealed.read("a").join()).isEqualTo(Pages.entries(1, 2));
      assertThatThrownBy(() -> plain.read("a").join()).hasMessageContaining("The key 'k1'");
      assertThat(plain.verify("a").orElseThrow().problems()).isEmpty();
      try (Journal.Log log = plain.open("a", Duration.ofSeconds(30)).join()) {
        log.append(Pages.entry(3)).join();
      }
      assertRefused(Reason.DAMAGED, () -> sealed.read("a").join());
      assertThat(both.read("a").join()).isEqualTo(Pages.entries(1, 3));
    }
  }

  /** Who can write the tables can make checksums too, but no seals. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE resilient_llm_entry SET n = 4 - n + 10, kept = 4 - kept; "
            + "UPDATE resilient_llm_entry SET n = n - 10",
        "UPDATE resilient_llm_entry SET at = at + interval '1 microsecond' WHERE n = 2",
        "UPDATE resilient_llm_entry SET kind = 'system' WHERE n = 2",
        "UPDATE resilient_llm_entry SET state = 'idle' WHERE n = 2",
        "UPDATE resilient_llm_entry SET body = set_byte(body, 20, 65) WHERE n = 2",
        "UPDATE resilient_llm_entry SET life = life + 1; "
            + "UPDATE resilient_llm_conversation SET life = life + 1",
        "DELETE FROM resilient_llm_conversation WHERE id = 'b'; "
            + "UPDATE resilient_llm_conversation SET id = 'b' WHERE id = 'a'"
      })
  void aSealHoldsWhateverTheChecksumSays(String change) throws SQLException {
    try (PostgresJournal sealed =
        PostgresJournal.builder(database).encryption(PostgresJournalTest.KEYS).build()) {
      Pages.write(sealed, "a", 3);
      Pages.write(sealed, "b", 3);
      PostgresServer.execute(database, change);
      sumAgain();
      assertThat(sealed.verifyAll()).noneMatch(PostgresJournal.Check::damaged);
      String id = change.endsWith("'a'") ? "b" : "a";
      assertThatThrownBy(() -> sealed.read(id).join())
          .cause()
          .hasMessageContaining("onversation '" + id + "'")
          .extracting(e -> ((JournalException) e).reason())
          .isEqualTo(Reason.DAMAGED);
    }
  }

  /** Makes the checksums right again, as the documentation says what they are. */
  private static void sumAgain() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE resilient_llm_entry SET crc = ? WHERE life = ? AND n = ?");
        ResultSet row =
            statement.executeQuery(
                "SELECT life, n, CAST(extract(epoch FROM at) * 1000000 AS bigint), e.kept, id, kind,"
                    + " e.state, coalesce(key_id, ''), body FROM resilient_llm_entry e JOIN"
                    + " resilient_llm_conversation USING (life)")) {
      while (row.next()) {
        CRC32C sum = new CRC32C();
        for (int column = 1; column <= 4; column++) {
          sum.update(ByteBuffer.allocate(8).putLong(row.getLong(column)).flip());
        }
        for (int column = 5; column <= 8; column++) {
          sum.update((row.getString(column) + "\0").getBytes(UTF_8));
        }
        sum.update(row.getBytes(9));
        update.setLong(1, sum.getValue());
        update.setLong(2, row.getLong(1));
        update.setLong(3, row.getLong(2));
        assertThat(update.executeUpdate()).isOne();
      }
    }
  }
}
