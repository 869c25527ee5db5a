package io.github.resilientllm;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A journal that passes everything on to another; what changes something about it extends it. */
class PassingJournal implements Journal {
  private final Journal to;

  PassingJournal(Journal to) {
    this.to = to;
  }

  /** What stands between a log and its users. */
  Log wrap(Log log) {
    return log;
  }

  @Override
  public CompletableFuture<Log> open(String conversation) {
    return to.open(conversation).thenApply(this::wrap);
  }

  @Override
  public List<JournalEntry> read(String conversation) {
    return to.read(conversation);
  }

  @Override
  public List<Listed> list() {
    return to.list();
  }

  @Override
  public boolean delete(String conversation) {
    return to.delete(conversation);
  }

  @Override
  public void close() {
    to.close();
  }

  /** A log that passes everything on to another. */
  static class PassingLog implements Log {
    private final Log to;

    PassingLog(Log to) {
      this.to = to;
    }

    @Override
    public String incarnation() {
      return to.incarnation();
    }

    @Override
    public long lastSequence() {
      return to.lastSequence();
    }

    @Override
    public List<JournalEntry> entriesAfter(long sequence) {
      return to.entriesAfter(sequence);
    }

    @Override
    public CompletableFuture<Void> append(JournalEntry entry) {
      return to.append(entry);
    }

    @Override
    public boolean keepsBeforeShowing() {
      return to.keepsBeforeShowing();
    }

    @Override
    public void close() {
      to.close();
    }
  }
}
