package io.github.resilientllm;

import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A journal in memory that fails, hangs or hesitates when it is told to. */
final class FailingJournal extends PassingJournal {
  private final MemoryJournal kept;
  private JournalEntry.@Nullable Kind failsAt;
  private JournalEntry.@Nullable Kind refuses;
  private @Nullable JournalException failsToOpen;
  private JournalEntry.@Nullable Kind heldKind;
  private @Nullable CompletableFuture<Void> untold;
  private @Nullable CompletableFuture<Void> atClose;
  private boolean hangs;
  private boolean keepsBeforeShowing;

  FailingJournal() {
    this(new MemoryJournal());
  }

  private FailingJournal(MemoryJournal kept) {
    super(kept);
    this.kept = kept;
  }

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
    hold(JournalEntry.Kind.PROGRESS);
  }

  /** Keeps entries of a kind, and does not tell before it is let go. */
  void hold(JournalEntry.Kind kind) {
    heldKind = kind;
    untold = new CompletableFuture<>();
  }

  void letGo() {
    CompletableFuture<Void> held = untold;
    untold = null;
    if (held != null) {
      held.complete(null);
    }
  }

  /** Acknowledges the answer when the log is closed, and not before. */
  void acknowledgeAtClose() {
    atClose = new CompletableFuture<>();
  }

  void keepBeforeShowing() {
    keepsBeforeShowing = true;
  }

  void works() {
    failsAt = null;
    failsToOpen = null;
  }

  @Override
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    return failsToOpen == null
        ? super.open(conversation, patience)
        : CompletableFuture.failedFuture(failsToOpen);
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    return failsToOpen == null
        ? super.head(conversation)
        : CompletableFuture.failedFuture(failsToOpen);
  }

  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    return failsToOpen == null
        ? super.readAfter(conversation, sequence, maxBytes)
        : CompletableFuture.failedFuture(failsToOpen);
  }

  @Override
  Log wrap(Log log) {
    return new FailingLog(log);
  }

  private final class FailingLog extends PassingLog {
    private boolean poisoned;

    FailingLog(Log log) {
      super(log);
    }

    @Override
    public boolean keepsBeforeShowing() {
      return keepsBeforeShowing;
    }

    @Override
    public CompletableFuture<Void> append(List<JournalEntry> entries) {
      if (hangs) {
        return new CompletableFuture<>();
      }
      if (has(entries, refuses)) {
        return CompletableFuture.failedFuture(new JournalException(Reason.TOO_LARGE, "too large"));
      }
      poisoned |= has(entries, failsAt);
      if (poisoned) {
        return CompletableFuture.failedFuture(new JournalException(Reason.FAILED, "disk full"));
      }
      CompletableFuture<Void> done = super.append(entries);
      CompletableFuture<Void> held = untold;
      if (atClose != null && has(entries, JournalEntry.Kind.ANSWERED)) {
        return atClose;
      }
      return held != null && has(entries, heldKind) ? held : done;
    }

    private boolean has(List<JournalEntry> entries, JournalEntry.@Nullable Kind kind) {
      return entries.stream().anyMatch(entry -> entry.kind() == kind);
    }

    @Override
    public void close() {
      super.close();
      if (atClose != null) {
        atClose.complete(null);
      }
    }
  }
}
