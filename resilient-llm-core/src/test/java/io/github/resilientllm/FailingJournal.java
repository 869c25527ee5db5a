package io.github.resilientllm;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A journal in memory that fails, hangs or hesitates when it is told to. */
final class FailingJournal implements Journal {
  private final MemoryJournal kept = new MemoryJournal();
  private JournalEntry.@Nullable Kind failsAt;
  private JournalEntry.@Nullable Kind refuses;
  private @Nullable JournalException failsToOpen;
  private @Nullable CompletableFuture<Void> heldProgress;
  private boolean hangs;
  private boolean keepsBeforeShowing;

  /** What is kept in truth. */
  MemoryJournal kept() {
    return kept;
  }

  void failAt(JournalEntry.Kind kind) {
    failsAt = kind;
  }

  /** Refuses entries of a kind, and takes all others. */
  void refuse(JournalEntry.Kind kind) {
    refuses = kind;
  }

  void failToOpen() {
    failsToOpen = new JournalException(Reason.FAILED, "no directory");
  }

  void damaged() {
    failsToOpen = new JournalException(Reason.DAMAGED, "line 7 is damaged");
  }

  void hang() {
    hangs = true;
  }

  void holdProgress() {
    heldProgress = new CompletableFuture<>();
  }

  void letProgressGo() {
    CompletableFuture<Void> held = heldProgress;
    heldProgress = null;
    if (held != null) {
      held.complete(null);
    }
  }

  void keepBeforeShowing() {
    keepsBeforeShowing = true;
  }

  void works() {
    failsAt = null;
    failsToOpen = null;
  }

  @Override
  public CompletableFuture<Log> open(String conversation) {
    if (failsToOpen != null) {
      return CompletableFuture.failedFuture(failsToOpen);
    }
    return kept.open(conversation).thenApply(FailingLog::new);
  }

  @Override
  public List<JournalEntry> read(String conversation) {
    return kept.read(conversation);
  }

  @Override
  public List<Listed> list() {
    return kept.list();
  }

  @Override
  public boolean delete(String conversation) {
    return kept.delete(conversation);
  }

  @Override
  public void close() {
    kept.close();
  }

  private final class FailingLog implements Log {
    private final Log log;
    private boolean poisoned;

    FailingLog(Log log) {
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
      return log.entriesAfter(sequence);
    }

    @Override
    public boolean keepsBeforeShowing() {
      return keepsBeforeShowing;
    }

    @Override
    public CompletableFuture<Void> append(JournalEntry entry) {
      if (hangs) {
        return new CompletableFuture<>();
      }
      if (entry.kind() == refuses) {
        return CompletableFuture.failedFuture(new JournalException(Reason.TOO_LARGE, "too large"));
      }
      poisoned |= entry.kind() == failsAt;
      if (poisoned) {
        return CompletableFuture.failedFuture(new JournalException(Reason.FAILED, "disk full"));
      }
      CompletableFuture<Void> done = log.append(entry);
      CompletableFuture<Void> held = heldProgress;
      return held != null && entry.kind() == JournalEntry.Kind.PROGRESS ? held : done;
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
