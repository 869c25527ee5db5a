package io.github.resilientllm.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** Several processes share conversations. {@code -Psoak} has more of them, for a minute. */
class ProcessesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static PGSimpleDataSource database;

  @BeforeAll
  static void newDatabase() {
    database = PostgresServer.shared().database();
  }

  @BeforeEach
  void empty() {
    PostgresServer.empty(database);
  }

  /** What processes were told that it is kept, by conversation and number. */
  private final Map<String, TreeMap<Long, String>> kept = new HashMap<>();

  private int refused;

  private synchronized void heard(String line) {
    String[] words = line.split(" ", 4);
    if (words[0].equals("no")) {
      refused++;
    }
    if (words[0].equals("kept") && words.length == 4) {
      String twice =
          kept.computeIfAbsent(words[1], id -> new TreeMap<>())
              .put(Long.parseLong(words[2]), words[3]);
      assertThat(twice).as(line).isNull();
    }
  }

  private CompletableFuture<Void> listen(Process process) {
    return CompletableFuture.runAsync(
        () -> {
          try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
              heard(line);
            }
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  @Timeout(60)
  void twoShareConversationsAndNoneLosesAnything() throws Exception {
    share(2, 4, 4, 2, 0);
  }

  @Test
  @Tag("soak")
  @Timeout(300)
  void fourShareFiftyConversationsForAMinuteWhileTheyAreKilled() throws Exception {
    share(4, 16, 50, 60, 16);
  }

  private void share(int processes, int threads, int conversations, int seconds, int kills)
      throws Exception {
    List<Process> running = new ArrayList<>();
    List<CompletableFuture<Void>> heard = new ArrayList<>();
    Random random = new Random(1);
    int names = 0;
    int lasting = kills > 0 ? 2 * seconds : seconds; // or longer than the kills
    try {
      for (int i = 0; i < processes; i++) {
        running.add(begin("p" + names++, threads, conversations, lasting, heard));
      }
      for (int i = 0; i < kills; i++) {
        int at = random.nextInt(processes);
        boolean ended = running.get(at).waitFor(seconds * 1000L / kills, TimeUnit.MILLISECONDS);
        assertThat(ended).as("it writes until it is killed").isFalse();
        running.get(at).destroyForcibly();
        PostgresServer.execute(
            database,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                + " current_database() AND pid <> pg_backend_pid() AND random() < 0.3");
        running.set(at, begin("p" + names++, threads, conversations, lasting, heard));
      }
      if (kills > 0) { // enough: those that are left are killed as well
        running.forEach(Process::destroyForcibly);
      }
      heard.forEach(CompletableFuture::join);
    } finally {
      running.forEach(Process::destroyForcibly);
    }
    check();
  }

  private Process begin(
      String name, int threads, int conversations, int seconds, List<CompletableFuture<Void>> heard)
      throws IOException {
    Process process =
        Writer.start(
            database,
            "share",
            name,
            Integer.toString(threads),
            Integer.toString(conversations),
            Integer.toString(seconds));
    heard.add(listen(process));
    return process;
  }

  private synchronized void check() {
    int all = 0;
    Set<String> bodies = new HashSet<>();
    try (PostgresJournal journal = PostgresJournal.on(database)) {
      assertThat(journal.verifyAll()).noneMatch(PostgresJournal.Check::damaged);
      for (String id : kept.keySet()) {
        Map<Long, String> found = new TreeMap<>();
        List<JournalEntry> entries = journal.read(id).join();
        for (JournalEntry entry : entries) {
          found.put(entry.sequence(), entry.body());
          assertThat(bodies.add(entry.body())).as("%s once", entry.body()).isTrue();
        }
        assertThat(found).as(id).containsAllEntriesOf(kept.get(id));
        assertTogether(entries);
        all += kept.get(id).size();
      }
    }
    System.out.printf(
        "%d entries of %d conversations kept, %d refused%n", all, kept.size(), refused);
    assertThat(all).as("a check of nothing shows nothing").isPositive();
  }

  /** The entries of a question follow each other: q2, q1, q0. */
  private static void assertTogether(List<JournalEntry> entries) {
    for (int i = 0; i + 1 < entries.size(); i++) {
      String body = entries.get(i).body();
      for (int q = 2; q > 0; q--) {
        if (body.endsWith(".q" + q + "\"}")) {
          assertThat(entries.get(i + 1).body()).isEqualTo(body.replace(".q" + q, ".q" + (q - 1)));
        }
      }
    }
  }

  @Test
  @Timeout(60)
  void aProcessThatStoodStillForLongerThanItsLeaseIsFencedAndSaysSo() throws Exception {
    Process holder = Writer.start(database, "hold", "a");
    try (PostgresJournal journal = PostgresJournal.on(database);
        BufferedReader said = holder.inputReader(UTF_8);
        BufferedWriter tell = holder.outputWriter(UTF_8)) {
      assertThat(said.readLine()).isEqualTo("kept");
      signal(holder, "-STOP");
      try (Journal.Log log = journal.open("a", PATIENCE).join()) {
        log.append(Writer.entry(2, "other", Kind.ASKED)).join();
        signal(holder, "-CONT");
        tell.write("\n");
        tell.flush();
        assertThat(said.readLine()).isEqualTo("LOST");
        log.append(Writer.entry(3, "other", Kind.ASKED)).join();
      }
      assertThat(journal.read("a").join())
          .containsExactly(
              Writer.entry(1, "holder", Kind.ASKED),
              Writer.entry(2, "other", Kind.ASKED),
              Writer.entry(3, "other", Kind.ASKED));
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  @Timeout(60)
  void aConversationIsFreeWhenTheLeaseOfItsKilledProcessHasRunOut() throws Exception {
    Process holder = Writer.start(database, "hold", "b");
    try (PostgresJournal journal = PostgresJournal.on(database);
        BufferedReader said = holder.inputReader(UTF_8)) {
      assertThat(said.readLine()).isEqualTo("kept");
      holder.destroyForcibly().waitFor();
      try (Journal.Log log = journal.open("b", PATIENCE).join()) {
        assertThat(log.lastSequence()).isEqualTo(1);
        log.append(Writer.entry(2, "other", Kind.ASKED)).join();
      }
    } finally {
      holder.destroyForcibly();
    }
  }

  private static void signal(Process process, String signal)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }
}
