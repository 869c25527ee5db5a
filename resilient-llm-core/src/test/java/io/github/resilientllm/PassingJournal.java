package io.github.resilientllm;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    return to.open(conversation, patience).thenApply(this::wrap);
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    return to.head(conversation);
  }

  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    return to.readAfter(conversation, sequence, maxBytes);
  }

  @Override
  public CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    return to.readLast(conversation, maxBytes);
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    return to.list(query);
  }

  @Override
  public CompletableFuture<Boolean> delete(String conversation) {
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
    public CompletableFuture<Page> readAfter(long sequence, long maxBytes) {
      return to.readAfter(sequence, maxBytes);
    }

    @Override
    public CompletableFuture<Page> readLast(long maxBytes) {
      return to.readLast(maxBytes);
    }

    @Override
    public CompletableFuture<Void> append(List<JournalEntry> entries) {
      return to.append(entries);
    }

    @Override
    public CompletableFuture<Void> held() {
      return to.held();
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
