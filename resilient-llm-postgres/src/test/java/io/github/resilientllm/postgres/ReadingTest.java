package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.testing.Pages;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reading costs what is read, however many conversations and entries there are. */
class ReadingTest {
  private static final int CONVERSATIONS = 10_000;

  private static DataSource database;

  @BeforeAll
  static void manyConversations() {
    database = PostgresServer.shared().database();
    PostgresServer.execute(
        database,
        """
        INSERT INTO resilient_llm_conversation
          SELECT i, 'c' || i, 3, '2020-01-01', 'idle', 3, 100, 0, 0, false,
            timestamptz '2020-01-01' + i * interval '1 second', 0, '-infinity', ''
          FROM generate_series(1, %d) i;
        ANALYZE resilient_llm_conversation
        """
            .formatted(CONVERSATIONS));
  }

  @Test
  void allPagesTogetherReadEachConversationOnce() {
    long before = read();
    int shown = 0;
    int pages = 0;
    try (PostgresJournal journal = PostgresJournal.builder(database).threads(1).build()) {
      Journal.Query query = Journal.Query.all();
      Journal.Listing page = journal.list(query).join();
      assertThat(page.heads().get(0).conversation()).isEqualTo("c" + CONVERSATIONS);
      for (pages = 1; !page.isLast(); pages++) {
        shown += page.heads().size();
        page = journal.list(query.from(page.next())).join();
      }
      shown += page.heads().size();
    }
    assertThat(shown).isEqualTo(CONVERSATIONS);
    assertThat(read() - before).isBetween((long) CONVERSATIONS, CONVERSATIONS + 2L * pages);
  }

  @Test
  void aPageOfTenReadsAboutTen() {
    long before = read();
    try (PostgresJournal journal = PostgresJournal.builder(database).threads(1).build()) {
      assertThat(journal.list(Journal.Query.all().limit(10)).join().heads()).hasSize(10);
    }
    assertThat(read() - before).isBetween(10L, 20L);
  }

  @Test
  void oneEntryOfALongConversationIsReadByItself() {
    DataSource own = PostgresServer.shared().database();
    try (PostgresJournal journal = PostgresJournal.on(own);
        Journal.Log log = journal.open("long").join()) {
      log.append(Pages.entries(1, 900)).join();
    }
    long before = read(own, "resilient_llm_entry");
    try (PostgresJournal journal = PostgresJournal.builder(own).threads(1).build()) {
      assertThat(journal.readAfter("long", 499, 1).join().entries())
          .containsExactly(Pages.entry(500));
    }
    assertThat(read(own, "resilient_llm_entry") - before).isBetween(1L, 5L);
    try (PostgresJournal journal = PostgresJournal.builder(own).threads(1).build()) {
      assertThat(journal.readLast("long", 2000).join().entries()).hasSizeBetween(5, 100);
    }
    assertThat(read(own, "resilient_llm_entry") - before).isBetween(6L, 80L);
  }

  @Test
  void whatFollowsALongGapIsFound() {
    DataSource own = PostgresServer.shared().database();
    try (PostgresJournal journal = PostgresJournal.on(own);
        Journal.Log log = journal.open("long").join()) {
      log.append(Pages.entry(1)).join();
      log.append(
              LongStream.rangeClosed(2, 300)
                  .mapToObj(n -> Pages.entry(n, Kind.PROGRESS, "piece"))
                  .toList())
          .join();
      log.append(Pages.entry(301, Kind.ANSWERED, "yes")).join();
      assertThat(journal.readAfter("long", 1, 1).join().entries())
          .containsExactly(Pages.entry(301, Kind.ANSWERED, "yes"));
      assertThat(journal.readLast("long", 1).join().entries()).hasSize(1);
    }
  }

  private static long read() {
    return read(database, "resilient_llm_conversation");
  }

  /** How many rows of a table were read; a session tells when it ends. */
  private static long read(DataSource source, String table) {
    String others =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    while (!"0".equals(PostgresServer.text(source, others))) {
      Thread.onSpinWait();
    }
    return Long.parseLong(
        PostgresServer.text(
            source,
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables"
                + " WHERE relname = '"
                + table
                + "'"));
  }
}
