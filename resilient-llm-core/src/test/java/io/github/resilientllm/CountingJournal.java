package io.github.resilientllm;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A journal that counts what it is asked, and whose reading hangs or whose log is lost if told. */
final class CountingJournal extends PassingJournal {
  int opened;
  int looked;
  int readByWriters;
  int entriesRead;
  boolean hangsReading;
  boolean isLost;
  Runnable beforeOpening = () -> {}; // once

  CountingJournal(Journal to) {
    super(to);
  }

  @Override
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    opened++;
    Runnable first = beforeOpening;
    beforeOpening = () -> {};
    first.run();
    return super.open(conversation, patience);
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    looked++;
    return hangsReading ? new CompletableFuture<>() : super.head(conversation);
  }

  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    return hangsReading
        ? new CompletableFuture<>()
        : super.readAfter(conversation, sequence, maxBytes).thenApply(this::counted);
  }

  @Override
  public CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    return super.readLast(conversation, maxBytes).thenApply(this::counted);
  }

  private Page counted(Page page) {
    entriesRead += page.entries().size();
    return page;
  }

  @Override
  Log wrap(Log log) {
    return new PassingLog(log) {
      @Override
      public CompletableFuture<Page> readAfter(long sequence, long maxBytes) {
        readByWriters++;
        return hangsReading
            ? new CompletableFuture<>()
            : super.readAfter(sequence, maxBytes).thenApply(CountingJournal.this::counted);
      }

      @Override
      public CompletableFuture<Page> readLast(long maxBytes) {
        return super.readLast(maxBytes).thenApply(CountingJournal.this::counted);
      }

      @Override
      public CompletableFuture<Void> held() {
        return isLost
            ? CompletableFuture.failedFuture(
                new JournalException(JournalException.Reason.LOST, "taken over"))
            : super.held();
      }
    };
  }
}
