package io.github.resilientllm.postgres;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.postgresql.ds.PGSimpleDataSource;

/** A process of its own, which writes conversations that others write too, or holds one. */
public final class Writer {
  private Writer() {}

  static Process start(PGSimpleDataSource database, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                Integer.toString(database.getPortNumbers()[0]),
                database.getDatabaseName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** PORT DATABASE share NAME THREADS CONVERSATIONS SECONDS, or PORT DATABASE hold ID. */
  public static void main(String[] arguments) throws Exception {
    PGSimpleDataSource server = new PGSimpleDataSource();
    server.setServerNames(new String[] {"127.0.0.1"});
    server.setPortNumbers(new int[] {Integer.parseInt(arguments[0])});
    server.setDatabaseName(arguments[1]);
    server.setUser("postgres");
    com.zaxxer.hikari.HikariDataSource pool = new com.zaxxer.hikari.HikariDataSource();
    pool.setDataSource(server);
    try (PostgresJournal journal =
        PostgresJournal.builder(pool).owner("writer").lease(Duration.ofSeconds(1)).build()) {
      if (arguments[2].equals("hold")) {
        hold(journal, arguments[3]);
      } else {
        share(
            journal,
            arguments[3],
            Integer.parseInt(arguments[4]),
            Integer.parseInt(arguments[5]),
            Integer.parseInt(arguments[6]));
      }
    }
    pool.close();
  }

  /** Writes an entry, and another one for each line that it is told; says what came of it. */
  private static void hold(PostgresJournal journal, String id) throws IOException {
    Journal.Log log = journal.open(id).join();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    do {
      try {
        log.append(entry(log.lastSequence() + 1, "holder", Kind.ASKED)).join();
        say("kept");
      } catch (CompletionException e) {
        say(((JournalException) e.getCause()).reason().name());
      }
    } while (in.readLine() != null);
  }

  private static void share(
      PostgresJournal journal, String name, int threads, int conversations, int seconds)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      String who = name + "." + i;
      Thread thread = new Thread(() -> write(journal, who, conversations, end));
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      thread.join();
    }
    say("done");
  }

  private static void write(PostgresJournal journal, String who, int conversations, long end) {
    Random random = new Random(who.hashCode());
    for (int i = 0; System.nanoTime() < end; i++) {
      String id = "c" + random.nextInt(conversations);
      try (Journal.Log log = journal.open(id, Duration.ofSeconds(1)).join()) {
        turn(log, id, who + "." + i, random);
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof JournalException)) {
          throw e;
        }
        say("no " + ((JournalException) e.getCause()).reason());
      }
    }
  }

  /** A question of one to three entries together, pieces, an answer. */
  private static void turn(Journal.Log log, String id, String what, Random random) {
    long n = log.lastSequence() + 1;
    List<JournalEntry> question = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      question.add(entry(n++, what + ".q" + i, Kind.ASKED));
    }
    append(log, id, question);
    if (random.nextBoolean()) {
      var unused = log.append(entry(n++, what + ".p", Kind.PROGRESS)); // as conversations do
    }
    append(log, id, List.of(entry(n, what + ".a", Kind.ANSWERED)));
  }

  private static void append(Journal.Log log, String id, List<JournalEntry> entries) {
    log.append(entries).join();
    for (JournalEntry entry : entries) {
      say("kept " + id + " " + entry.sequence() + " " + entry.body());
    }
  }

  static JournalEntry entry(long n, String what, Kind kind) {
    return new JournalEntry(
        n, Instant.EPOCH, kind, ConversationState.IDLE, "{\"by\":\"" + what + "\"}");
  }

  private static void say(String line) {
    synchronized (Writer.class) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
