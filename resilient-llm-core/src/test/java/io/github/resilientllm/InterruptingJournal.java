package io.github.resilientllm;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A journal whose caller is interrupted as it makes its n-th step. */
final class InterruptingJournal implements Journal {
  private final Journal journal;
  private final Thread caller = Thread.currentThread();
  private int stepsLeft;

  InterruptingJournal(Journal journal, int step) {
    this.journal = journal;
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
  public CompletableFuture<Log> open(String conversation) {
    step();
    return journal.open(conversation).thenApply(InterruptingLog::new);
  }

  @Override
  public List<JournalEntry> read(String conversation) {
    return journal.read(conversation);
  }

  @Override
  public List<Listed> list() {
    return journal.list();
  }

  @Override
  public boolean delete(String conversation) {
    return journal.delete(conversation);
  }

  @Override
  public void close() {
    journal.close();
  }

  private final class InterruptingLog implements Log {
    private final Log log;

    InterruptingLog(Log log) {
      this.log = log;
    }

    @Override
    public String incarnation() {
      return log.incarnation();
    }

    @Override
    public long lastSequence() {
      return log.lastSequence();
    }

    @Override
    public List<JournalEntry> entriesAfter(long sequence) {
      step();
      return log.entriesAfter(sequence);
    }

    @Override
    public CompletableFuture<Void> append(JournalEntry entry) {
      step();
      return log.append(entry);
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
