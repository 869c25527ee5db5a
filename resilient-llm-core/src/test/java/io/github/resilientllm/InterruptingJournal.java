package io.github.resilientllm;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A journal whose caller is interrupted as it makes its n-th step. */
final class InterruptingJournal extends PassingJournal {
  private final Thread caller = Thread.currentThread();
  private int stepsLeft;

  InterruptingJournal(Journal journal, int step) {
    super(journal);
    this.stepsLeft = step;
  }

  /** Whether the caller came to that step; from now on nothing is interrupted. */
  synchronized boolean disarm() {
    boolean interrupted = stepsLeft <= 0;
    stepsLeft = -1;
    return interrupted;
  }

  private synchronized void step() {
    if (Thread.currentThread() == caller && --stepsLeft == 0) {
      caller.interrupt();
    }
  }

  @Override
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    step();
    return super.open(conversation, patience);
  }

  @Override
  Log wrap(Log log) {
    return new PassingLog(log) {
      @Override
      public CompletableFuture<Page> readAfter(long sequence, long maxBytes) {
        step();
        return super.readAfter(sequence, maxBytes);
      }

      @Override
      public CompletableFuture<Void> append(List<JournalEntry> entries) {
        step();
        return super.append(entries);
      }
    };
  }
}
