package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.check.Findings;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An outbox in a journal's directory, of one process at a time.
 *
 * <p>It is read when it is first used. After a failure of the disk nobody knows what the disk has,
 * so what is in memory is thrown away, and the next use reads all of it again.
 */
public final class FileStore implements OutboxStore {
  private final JournalDirectory journal;
  private final Limits limits;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Executor apart;
  private final boolean onlyLooks;
  private final Object lock = new Object(); // guards what follows
  private final Deque<CompletableFuture<OpenFiles>> waiting = new ArrayDeque<>(); // in their order
  private @Nullable OpenFiles opened;
  private boolean opening;
  private boolean closed;
  private long leases;
  private long notes; // given so far
  private String note = ""; // worth nothing when this process has ended

  /**
   * A store that is not read yet.
   *
   * @param nanos monotonic, for leases
   * @param apart runs what blocks for long: reading all, and compaction
   * @param onlyLooks whether to leave the files to whoever has them
   */
  public FileStore(
      JournalDirectory journal,
      Limits limits,
      InstantSource clock,
      LongSupplier nanos,
      Executor apart,
      boolean onlyLooks) {
    this.journal = journal;
    this.limits = limits;
    this.clock = clock;
    this.nanos = nanos;
    this.apart = apart;
    this.onlyLooks = onlyLooks;
  }

  private <T> CompletableFuture<T> with(Function<OpenFiles, CompletableFuture<T>> use) {
    return files().thenCompose(use).exceptionallyCompose(FileStore::failed);
  }

  private static <T> CompletableFuture<T> failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return CompletableFuture.failedFuture(Failures.told(cause));
  }

  /** The files when they were read; whoever asks first is told first. */
  private CompletableFuture<OpenFiles> files() {
    CompletableFuture<OpenFiles> mine = new CompletableFuture<>();
    long firstLease;
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedFuture(
            new OutboxException(Reason.CLOSED, "The outbox's store was closed"));
      }
      if (opening) {
        waiting.add(mine);
        return mine;
      }
      if (opened != null && !opened.isBroken()) {
        return CompletableFuture.completedFuture(opened);
      }
      opening = true;
      waiting.add(mine);
      firstLease = leases += 1L << 40; // what was taken before the failure is not held any more
    }
    try {
      apart.execute(() -> open(firstLease));
    } catch (RuntimeException | Error e) { // no thread to be had
      tell(null, e);
    }
    return mine;
  }

  private void open(long firstLease) {
    OpenFiles files;
    try {
      files = OpenFiles.open(journal, limits, clock, nanos, apart, firstLease, onlyLooks);
    } catch (Throwable e) {
      tell(null, e);
      return;
    }
    if (tell(files, null)) {
      files.close();
    }
  }

  /** Lets all that wait go on; whether the store was closed meanwhile. */
  private boolean tell(@Nullable OpenFiles files, @Nullable Throwable failure) {
    while (true) {
      CompletableFuture<OpenFiles> next;
      synchronized (lock) {
        next = waiting.poll();
        if (next == null) {
          opening = false;
          opened = files;
          return closed;
        }
      }
      if (failure == null) {
        next.complete(files);
      } else {
        next.completeExceptionally(failure);
      }
    }
  }

  @Override
  public CompletableFuture<OutboxItem> submit(OutboxItem item) {
    ItemRecord.requireObject("An item's work", item.work());
    return with(files -> files.submit(item));
  }

  @Override
  public CompletableFuture<List<OutboxItem>> take(Take what) {
    return with(files -> files.take(what));
  }

  @Override
  public CompletableFuture<Set<String>> renew(List<OutboxItem> taken, Duration time) {
    return with(files -> files.renew(taken, time));
  }

  @Override
  public CompletableFuture<Boolean> put(OutboxItem item, boolean holds) {
    item.answer().ifPresent(answer -> ItemRecord.requireObject("An answer", answer));
    return with(files -> files.put(item, holds));
  }

  @Override
  public CompletableFuture<Optional<OutboxItem>> find(String id) {
    return with(files -> files.find(id));
  }

  @Override
  public CompletableFuture<Optional<OutboxItem>> findByKey(String key) {
    return with(files -> files.findByKey(key));
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    return with(files -> files.list(query));
  }

  @Override
  public CompletableFuture<Integer> change(Query which, Change how) {
    return with(files -> files.change(which, how));
  }

  @Override
  public CompletableFuture<Counts> counts() {
    return with(OpenFiles::counts);
  }

  @Override
  public CompletableFuture<Void> pause(boolean paused) {
    return with(files -> files.pause(paused));
  }

  @Override
  public CompletableFuture<Shared> shared() {
    return with(
        files -> {
          boolean isPaused = files.isPaused();
          synchronized (lock) {
            return CompletableFuture.completedFuture(
                new Shared(clock.instant(), isPaused, notes, note));
          }
        });
  }

  @Override
  public CompletableFuture<Boolean> share(Shared before, String next) {
    synchronized (lock) {
      boolean isLast = before.version() == notes;
      if (isLast) {
        notes++;
        note = next;
      }
      return CompletableFuture.completedFuture(isLast);
    }
  }

  /** Reads all files and says what is wrong with them. Blocks. */
  public List<Findings> verify() {
    return journal.verifyAll();
  }

  @Override
  public void close() {
    OpenFiles there;
    synchronized (lock) {
      closed = true;
      there = opening ? null : opened; // whoever opens it closes it
    }
    if (there != null) {
      there.close();
    }
    journal.close();
  }
}
