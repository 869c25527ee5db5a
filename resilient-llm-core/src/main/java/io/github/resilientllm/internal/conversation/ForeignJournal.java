package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A journal that may be anybody's: whatever it throws where it should not, or gives instead of a
 * future, is a journal that failed, and says so in the one way in which journals do.
 */
final class ForeignJournal implements Journal {
  private final Journal journal;

  ForeignJournal(Journal journal) {
    this.journal = journal;
  }

  @Override
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    return future(() -> journal.open(conversation, patience)).thenApply(ForeignLog::new);
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    return future(() -> journal.head(conversation));
  }

  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    return future(() -> journal.readAfter(conversation, sequence, maxBytes));
  }

  @Override
  public CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    return future(() -> journal.readLast(conversation, maxBytes));
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    return future(() -> journal.list(query));
  }

  @Override
  public CompletableFuture<Boolean> delete(String conversation) {
    return future(() -> journal.delete(conversation));
  }

  @Override
  public void close() {
    journal.close();
  }

  private static <T> CompletableFuture<T> future(Supplier<@Nullable CompletableFuture<T>> promise) {
    try {
      CompletableFuture<T> promised = promise.get();
      return promised == null
          ? CompletableFuture.failedFuture(
              new JournalException(Reason.FAILED, "the journal gave null instead of a future"))
          : promised;
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(failed(e));
    }
  }

  private static <T> T value(Supplier<T> value) {
    try {
      return value.get();
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  private static JournalException failed(RuntimeException e) {
    return e instanceof JournalException known
        ? known
        : new JournalException(Reason.FAILED, "the journal threw " + e.getClass().getName(), e);
  }

  private static final class ForeignLog implements Log {
    private final Log log;

    ForeignLog(@Nullable Log log) {
      if (log == null) {
        throw new JournalException(Reason.FAILED, "the journal gave null instead of a log");
      }
      this.log = log;
    }

    @Override
    public String incarnation() {
      return value(log::incarnation);
    }

    @Override
    public long lastSequence() {
      return value(log::lastSequence);
    }

    @Override
    public CompletableFuture<Page> readAfter(long sequence, long maxBytes) {
      return future(() -> log.readAfter(sequence, maxBytes));
    }

    @Override
    public CompletableFuture<Page> readLast(long maxBytes) {
      return future(() -> log.readLast(maxBytes));
    }

    @Override
    public CompletableFuture<Void> append(List<JournalEntry> entries) {
      return future(() -> log.append(entries));
    }

    @Override
    public CompletableFuture<Void> held() {
      return future(log::held);
    }

    @Override
    public boolean keepsBeforeShowing() {
      return value(log::keepsBeforeShowing);
    }

    @Override
    public void close() {
      value(
          () -> {
            log.close();
            return true;
          });
    }
  }
}
