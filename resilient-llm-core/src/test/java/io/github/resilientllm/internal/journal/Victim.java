package io.github.resilientllm.internal.journal;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that writes conversations and prints what was acknowledged, to be killed while it does.
 *
 * <p>Arguments: the directory, the number of this process, how many entries to write before it ends
 * by itself. With 0 entries it holds every conversation until its standard input ends.
 */
final class Victim {
  static final List<String> CONVERSATIONS = List.of("a", "b", "c", "d");
  private static final int THREADS = 3;
  private static final Duration PATIENCE = Duration.ofMillis(20);
  private static final int MOST_FAILURES = 100;
  private static final Kind[] TURN = {
    Kind.ASKED, Kind.ATTEMPT, Kind.PROGRESS, Kind.PROGRESS, Kind.PROGRESS, Kind.ANSWERED
  };

  private final FileJournal journal;
  private final int life;
  private final AtomicInteger left;
  private final AtomicInteger failures = new AtomicInteger();

  private Victim(FileJournal journal, int life, int entries) {
    this.journal = journal;
    this.life = life;
    this.left = new AtomicInteger(entries);
  }

  /** The n-th entry of a conversation as a process writes it; no other entry is the same. */
  static JournalEntry entry(String conversation, long n, int life) {
    int size = new Random(n * 31 + conversation.hashCode()).nextInt(1_500);
    String body = "{\"life\":%d,\"text\":\"%s-%d %s\"}";
    Kind kind = TURN[(int) ((n - 1) % TURN.length)];
    ConversationState state =
        kind == Kind.ANSWERED ? ConversationState.IDLE : ConversationState.QUESTION_PENDING;
    return new JournalEntry(
        n,
        Instant.ofEpochSecond(n),
        kind,
        state,
        body.formatted(life, conversation, n, "x".repeat(size)));
  }

  /** The process that wrote an entry. */
  static int lifeOf(JournalEntry entry) {
    return Integer.parseInt(entry.body().replaceFirst("\\{\"life\":(\\d+),.*", "$1"));
  }

  public static void main(String[] args) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> System.out.println("threw " + e));
    int entries = Integer.parseInt(args[2]);
    try (FileJournal journal = FileJournal.at(Path.of(args[0]))) {
      Victim victim = new Victim(journal, Integer.parseInt(args[1]), entries);
      if (entries == 0) {
        victim.hold();
      } else {
        victim.write();
      }
    }
  }

  private void hold() throws IOException {
    CONVERSATIONS.forEach(conversation -> journal.open(conversation).join());
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // until whoever waits for this process has enough
    }
  }

  private void write() throws InterruptedException {
    Thread[] threads = new Thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(life * 31L + i);
      threads[i] = new Thread(() -> write(random));
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void write(Random random) {
    while (left.get() > 0 && failures.get() < MOST_FAILURES) {
      String conversation = CONVERSATIONS.get(random.nextInt(CONVERSATIONS.size()));
      try {
        if (random.nextInt(10) == 0) {
          journal.compact(conversation);
        }
        write(conversation, 1 + random.nextInt(20));
      } catch (CompletionException e) {
        failed((JournalException) e.getCause());
      } catch (JournalException e) {
        failed(e);
      }
    }
  }

  private void write(String conversation, int entries) {
    try (Journal.Log log = journal.open(conversation, PATIENCE).join()) {
      for (int i = 0; i < entries && left.getAndDecrement() > 0; i++) {
        long n = log.lastSequence() + 1;
        JournalEntry entry = entry(conversation, n, life);
        CompletableFuture<Void> told =
            log.append(entry)
                .thenRun(() -> System.out.println("ack " + conversation + " " + n + " ."));
        if (entry.kind() != Kind.PROGRESS) { // of that it is told a little later
          told.join();
        }
      }
    }
  }

  /** One that is locked is tried again later; anything else is told. */
  private void failed(JournalException failure) {
    if (failure.reason() != Reason.BUSY) {
      failures.incrementAndGet();
      System.out.println("failed " + failure.reason() + " " + failure.getMessage());
    }
  }
}
