package io.github.resilientllm.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The part of {@link JournalContract} that is about threads and what befalls them. */
abstract class JournalThreadsContract extends JournalContentsContract {
  @Test
  void anInterruptedCallerHarmsNothing() {
    Thread.currentThread().interrupt();
    try (Journal.Log log = journal.open("a").join()) {
      append(log, 1, 3);
      assertThat(log.entriesAfter(0).join()).isEqualTo(entries(1, 3));
    }
    assertThat(journal.read("a").join()).isEqualTo(entries(1, 3));
    assertThat(journal.list().join()).hasSize(1);
    assertThat(journal.delete("a").join()).isTrue();

    assertThat(Thread.interrupted()).as("the interrupt is kept for the caller").isTrue();
  }

  @Test
  void aCancelledAppendHarmsNothing() {
    try (Journal.Log log = journal.open("a").join()) {
      log.append(entry(1)).cancel(true);
      append(log, 2, 3);
    }
    assertThat(journal.read("a").join()).isEqualTo(entries(1, 3));
  }

  @Test
  void whoeverIsToldMayUseTheJournalAtOnce() {
    CompletableFuture<List<JournalEntry>> read =
        journal
            .open("a")
            .thenCompose(
                log ->
                    log.append(entry(1))
                        .thenApply(
                            done -> {
                              List<JournalEntry> entries = log.entriesAfter(0).join();
                              log.close();
                              assertThat(journal.read("a").join()).isEqualTo(entries);
                              return entries;
                            }));

    assertThat(read.join()).containsExactly(entry(1));
  }

  @Test
  void sixteenThreadsWriteSixteenConversations() throws Exception {
    inThreads(
        16,
        i -> {
          try (Journal.Log log = journal.open("c" + i).join()) {
            append(log, 1, 50);
          }
        });
    journal = reopen(journal);

    assertThat(journal.list().join()).hasSize(16);
    for (int i = 0; i < 16; i++) {
      assertThat(journal.read("c" + i).join()).isEqualTo(entries(1, 50));
    }
  }

  @Test
  void sixteenThreadsShareOneConversationInTurns() throws Exception {
    inThreads(
        16,
        i -> {
          for (int done = 0; done < 5; ) {
            try (Journal.Log log = journal.open("a").join()) {
              log.append(entry(log.lastSequence() + 1)).join();
              done++;
            } catch (CompletionException e) {
              assertThat(reasonOf(e)).isEqualTo(Reason.BUSY);
              Thread.onSpinWait();
            }
          }
        });

    assertThat(journal.read("a").join()).isEqualTo(entries(1, 80));
  }

  /** Something done by one of several threads. */
  private interface Work {
    void by(int thread) throws Exception;
  }

  private static void inThreads(int count, Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int thread = i;
      results.add(
          threads.submit(
              () -> {
                start.await();
                work.by(thread);
                return null;
              }));
    }
    start.countDown();
    for (Future<?> result : results) {
      result.get();
    }
    threads.shutdown();
  }
}
