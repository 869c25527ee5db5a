package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.testing.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Each mistake is one clear error, which names the remedy and no content. */
class BadInputTest {
  private final PostgresServer server = PostgresServer.shared();
  private static PGSimpleDataSource database;

  @BeforeAll
  static void newDatabase() {
    database = PostgresServer.shared().database();
  }

  @BeforeEach
  void empty() {
    PostgresServer.empty(database);
  }

  private static void assertFails(Reason reason, ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .satisfies(
            thrown -> {
              Throwable e = thrown instanceof CompletionException ? thrown.getCause() : thrown;
              assertThat(e).isInstanceOf(JournalException.class).hasMessageContainingAll(words);
              assertThat(e).hasMessageNotContaining("secret");
              assertThat(((JournalException) e).reason()).isEqualTo(reason);
            });
  }

  private static void assertUnusable(DataSource source, String... words) {
    try (PostgresJournal journal = PostgresJournal.on(source)) {
      assertFails(Reason.FAILED, () -> journal.open("a").join(), words);
      assertFails(Reason.FAILED, () -> journal.head("a").join(), words);
      assertFails(Reason.FAILED, () -> journal.list().join(), words);
      assertFails(Reason.FAILED, journal::check, words);
    }
  }

  /** The same where each try has to wait for a pool. */
  private static void assertOpensNot(DataSource source, String... words) {
    try (PostgresJournal journal = PostgresJournal.on(source)) {
      assertFails(Reason.FAILED, () -> journal.open("a").join(), words);
    }
  }

  @Test
  void noServer() {
    PGSimpleDataSource nobody = new PGSimpleDataSource();
    nobody.setServerNames(new String[] {"127.0.0.1"});
    nobody.setPortNumbers(new int[] {1});
    assertUnusable(nobody, "the server was not reached", "127.0.0.1:1", "URL of the DataSource");
    assertThatThrownBy(() -> PostgresSchema.in(nobody).create())
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("the server was not reached");
  }

  @Test
  void noServerBehindAPool() {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:1/x");
      pool.setConnectionTimeout(250);
      assertOpensNot(pool, "the server was not reached", "URL of the DataSource");
    }
  }

  @Test
  void aWrongPassword() {
    PostgresServer.execute(
        database,
        "DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 'right';"
            + " EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    PGSimpleDataSource wrong = server.dataSource(database.getDatabaseName());
    wrong.setUser("locked");
    wrong.setPassword("wrong-one");
    assertUnusable(wrong, "the server refuses the user", "\"locked\"", "password");
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(wrong);
      pool.setConnectionTimeout(250);
      assertOpensNot(pool, "the server refuses the user");
    }
  }

  @Test
  void noSuchDatabase() {
    assertUnusable(server.dataSource("nowhere"), "there is no such database", "nowhere");
  }

  @Test
  void noTables() {
    DataSource empty = server.database(false);
    assertUnusable(
        empty, "resilient_llm_schema", "PostgresSchema.in(dataSource).create()", "flyway");
    PostgresSchema.in(empty).create();
    PostgresServer.execute(empty, "DROP TABLE resilient_llm_entry");
    try (PostgresJournal journal = PostgresJournal.on(empty)) {
      assertFails(Reason.FAILED, () -> journal.open("a").join(), "resilient_llm_entry");
    }
  }

  @Test
  void tablesThatAreNewerOrOlder() {
    DataSource newer = server.database();
    PostgresServer.execute(newer, "UPDATE resilient_llm_schema SET version = 7");
    try (PostgresJournal journal = PostgresJournal.on(newer)) {
      journal.check(); // as its writer says, we may use them
    }
    PostgresServer.execute(newer, "UPDATE resilient_llm_schema SET oldest = 7");
    assertUnusable(newer, "version 7", "Take a newer resilient-llm");
    PostgresServer.execute(newer, "UPDATE resilient_llm_schema SET version = 0, oldest = 0");
    assertUnusable(newer, "older than this program", "create()");
    PostgresSchema.in(newer).create();
    try (PostgresJournal journal = PostgresJournal.on(newer)) {
      journal.check();
    }
  }

  @Test
  void aReadOnlyDatabase() {
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      Pages.write(journal, "a", 1);
    }
    PGSimpleDataSource standby = server.dataSource(database.getDatabaseName());
    standby.setOptions("-c default_transaction_read_only=on");
    try (PostgresJournal journal = PostgresJournal.on(standby)) {
      assertFails(
          Reason.FAILED, () -> journal.open("a").join(), "read-only", "targetServerType=primary");
      assertFails(Reason.FAILED, () -> journal.delete("a").join(), "read-only");
      assertThat(journal.read("a").join()).hasSize(1);
    }
  }

  @Test
  void noRight() {
    PostgresServer.execute(
        database,
        "DO $$ BEGIN CREATE ROLE poor LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    PGSimpleDataSource poor = server.dataSource(database.getDatabaseName());
    poor.setUser("poor");
    assertUnusable(poor, "may not do that", "Grant SELECT, INSERT, UPDATE and DELETE");
    assertThatThrownBy(() -> PostgresSchema.in(poor, "mine").create())
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("may not do that");
  }

  @Test
  void anEntryAboveTheBound() {
    try (PostgresJournal journal =
            PostgresJournal.builder(database)
                .maxEntryBytes(1024)
                .maxConversationBytes(1 << 20)
                .maxOpenLogs(1)
                .build();
        Journal.Log log = journal.open("a").join()) {
      assertFails(Reason.FAILED, () -> journal.open("b").join(), "maxOpenLogs");
      assertFails(
          Reason.TOO_LARGE,
          () -> log.append(Pages.entry(1, "x".repeat(1024))).join(),
          "Entry 1",
          "maxEntryBytes is 1024");
      assertFails(
          Reason.TOO_LARGE,
          () -> log.append(Pages.entry(1, "\u20ac".repeat(400))).join(),
          "maxEntryBytes is 1024");
      log.append(Pages.entry(1)).join();
      assertFails(
          Reason.TOO_LARGE,
          () -> {
            for (long n = 2; n < 2000; n++) {
              CompletableFuture<Void> unused = log.append(Pages.entry(n, "x".repeat(900)));
            }
            log.append(Pages.entry(log.lastSequence() + 1, "x".repeat(900))).join();
          },
          "maxConversationBytes (1048576)");
    }
  }

  @Test
  void aClockThatIsOut() {
    try (PostgresJournal journal = PostgresJournal.on(database);
        Journal.Log log = journal.open("a").join()) {
      for (String at : new String[] {"-0001-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"}) {
        JournalEntry entry =
            new JournalEntry(1, Instant.parse(at), Kind.ASKED, ConversationState.IDLE, "{}");
        assertFails(Reason.FAILED, () -> log.append(entry).join(), "years 1 to 9999", "clock");
      }
      log.append(Pages.entry(1)).join();
    }
  }

  /** A real one, which needs root to make. */
  @Test
  void aFullDisk() throws IOException, InterruptedException {
    Path disk = Files.createTempDirectory("resilient-llm-small-disk-");
    String mode = "size=2m,mode=0700,uid=65534,gid=65534"; // whom the server runs as
    assumeTrue(
        System.getProperty("user.name").equals("root")
            && run("mount", "-t", "tmpfs", "-o", mode, "tmpfs", disk.toString()),
        "A small disk needs root, and the right to mount one");
    PGSimpleDataSource small = server.database();
    try {
      PostgresServer.execute(small, "CREATE TABLESPACE small LOCATION '" + disk + "'");
      PostgresServer.execute(small, "ALTER TABLE resilient_llm_entry SET TABLESPACE small");
      fill(small, disk);
    } finally {
      PostgresServer.execute(small, "DROP TABLE resilient_llm_entry");
      PostgresServer.execute(small, "DROP TABLESPACE IF EXISTS small");
      run("umount", "-l", disk.toString());
      Files.delete(disk);
    }
  }

  private static void fill(DataSource small, Path disk) throws IOException, InterruptedException {
    Random random = new Random(1);
    List<JournalEntry> kept = new ArrayList<>();
    try (PostgresJournal journal = PostgresJournal.on(small)) {
      Journal.Log log = journal.open("a").join();
      assertFails(
          Reason.FAILED,
          () -> {
            while (true) {
              byte[] bytes = new byte[20_000]; // which cannot be compressed
              random.nextBytes(bytes);
              JournalEntry entry = Pages.entry(kept.size() + 1, HexFormat.of().formatHex(bytes));
              log.append(entry).join();
              kept.add(entry);
            }
          },
          "the server's disk is full",
          "Make room");
      assertFails(Reason.FAILED, () -> log.append(Pages.entry(1)).join(), "disk is full");
      log.close();
      assertThat(journal.read("a").join()).isEqualTo(kept).isNotEmpty();

      assertThat(run("mount", "-o", "remount,size=8m", disk.toString())).isTrue();
      try (Journal.Log again = journal.open("a").join()) {
        again.append(Pages.entry(kept.size() + 1)).join();
      }
      assertThat(journal.verify("a").orElseThrow().problems()).isEmpty();
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  @Test
  void anExecutorThatRefuses() {
    try (PostgresJournal journal =
        PostgresJournal.builder(database)
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .build()) {
      assertFails(
          Reason.FAILED, () -> journal.open("a").join(), "refused by the journal's executor");
      assertFails(Reason.FAILED, () -> journal.list().join(), "refused by the journal's executor");
    }
  }

  @Test
  void anExecutorThatRunsInTheCaller() {
    try (PostgresJournal journal =
        PostgresJournal.builder(database).executor(Runnable::run).build()) {
      Pages.write(journal, "a", 3);
      assertThat(journal.open("a").join().lastSequence()).isEqualTo(3);
      CompletableFuture<Journal.Log> second = journal.open("a", Duration.ofMillis(200));
      assertFails(Reason.BUSY, second::join, "process ");
    }
  }

  @Test
  void settingsOutOfRange() {
    PostgresJournal.Builder builder = PostgresJournal.builder(server.dataSource("postgres"));
    assertThatThrownBy(() -> builder.lease(Duration.ofMillis(10)))
        .hasMessage("lease must be PT1S to PT1H, not PT0.01S");
    assertThatThrownBy(() -> builder.threads(0)).hasMessage("threads must be 1 to 1000, not 0");
    assertThatThrownBy(() -> builder.owner("")).hasMessageContaining("1 to 200");
    assertThatThrownBy(() -> builder.maxEntryBytes(1)).hasMessageContaining("1024 to 268435456");
  }
}
