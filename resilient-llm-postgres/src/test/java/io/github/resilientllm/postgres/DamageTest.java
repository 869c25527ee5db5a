package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.testing.Pages;
import java.util.Set;
import java.util.concurrent.CompletionException;
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
        "UPDATE resilient_llm_conversation SET last_n = 10",
        "UPDATE resilient_llm_conversation SET last_n = 8",
        "UPDATE resilient_llm_conversation SET state = 'idle'"
      })
  void anyChangeIsFound(String change) {
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      try (Journal.Log log = journal.open("a").join()) {
        log.append(Pages.entries(1, 6)).join();
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
      try (Journal.Log log = plain.open("a").join()) {
        log.append(Pages.entry(3)).join();
      }
      assertRefused(Reason.DAMAGED, () -> sealed.read("a").join());
      assertThat(both.read("a").join()).isEqualTo(Pages.entries(1, 3));
    }
  }
}
