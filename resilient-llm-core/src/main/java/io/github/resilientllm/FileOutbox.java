package io.github.resilientllm;

import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.file.FileDisk;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.internal.outbox.shelf.FileStore;
import io.github.resilientllm.internal.outbox.shelf.Limits;
import io.github.resilientllm.internal.outbox.shelf.SteadyClock;
import io.github.resilientllm.internal.time.Lane;
import io.github.resilientllm.internal.time.Surroundings;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A store of an {@link Outbox} in a directory of this machine: text files, in the format of {@link
 * FileJournal}'s.
 *
 * <p>One process at a time has the directory; another is refused with {@code BUSY}. What it
 * acknowledges survives {@code kill -9} and a loss of power. It needs some 500 bytes of memory for
 * each item; content stays in the files. {@code docs/outbox.md} describes them.
 *
 * <p>Dates are counted from the machine's clock as it was when the process began: who sets the
 * clock sets nothing here before the next start.
 */
public final class FileOutbox implements OutboxStore {
  private static final long SEGMENT = 8L << 20;

  /** A few threads that block: reading all, and compaction. */
  private static final Lane APART = new Lane("resilient-llm-outbox-files", 4, 64);

  private final FileStore store;

  private FileOutbox(FileStore store) {
    this.store = store;
  }

  /** A store in a directory, which is made with the first item, by the defaults. */
  public static FileOutbox at(Path directory) {
    return builder(directory).build();
  }

  /** Begins a store that differs from the defaults. */
  public static Builder builder(Path directory) {
    return new Builder(directory);
  }

  @Override
  public CompletableFuture<OutboxItem> submit(OutboxItem item) {
    return store.submit(item);
  }

  @Override
  public CompletableFuture<List<OutboxItem>> take(Take what) {
    return store.take(what);
  }

  @Override
  public CompletableFuture<Set<String>> renew(List<OutboxItem> taken, Duration time) {
    return store.renew(taken, time);
  }

  @Override
  public CompletableFuture<Boolean> put(OutboxItem item, boolean holds) {
    return store.put(item, holds);
  }

  @Override
  public CompletableFuture<Optional<OutboxItem>> find(String id) {
    return store.find(id);
  }

  @Override
  public CompletableFuture<Optional<OutboxItem>> findByKey(String key) {
    return store.findByKey(key);
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    return store.list(query);
  }

  @Override
  public CompletableFuture<Integer> change(Query which, Change how) {
    return store.change(which, how);
  }

  @Override
  public CompletableFuture<Counts> counts() {
    return store.counts();
  }

  @Override
  public CompletableFuture<Void> pause(boolean paused) {
    return store.pause(paused);
  }

  @Override
  public CompletableFuture<Shared> shared() {
    return store.shared();
  }

  @Override
  public CompletableFuture<Boolean> share(Shared before, String note) {
    return store.share(before, note);
  }

  /**
   * Reads all files and says what is wrong with them; needs no key, and leaves them as they are.
   * Blocks.
   *
   * @return one for each file
   */
  public List<FileJournal.Check> verify() {
    return store.verify().stream().map(FileJournal::check).toList();
  }

  @Override
  public void close() {
    store.close();
  }

  /** Collects what differs from the defaults. */
  public static final class Builder {
    static {
      Surroundings.door(Builder.class, (builder, its) -> builder.surroundings = its);
    }

    private final Path directory;
    private FileJournal.Sync sync = FileJournal.Sync.boundary();
    private @Nullable Encryption encryption;
    private int maxItems = 100_000;
    private long maxBytes = 1L << 30;
    private int maxItemBytes = 4 << 20;
    private Duration remembersDone = Duration.ofDays(1);
    private boolean onlyLooks;
    private @Nullable Surroundings surroundings; // null for the machine's own

    private Builder(Path directory) {
      this.directory = Objects.requireNonNull(directory, "directory");
    }

    /** The most items that wait or were given up, 1 to 10,000,000; 100,000 by default. */
    public Builder maxItems(int maxItems) {
      Bounds.requireBetween("maxItems", maxItems, 1, 10_000_000);
      this.maxItems = maxItems;
      return this;
    }

    /**
     * The most characters of content of all items, at least 1 MiB; 1 GiB by default. The files take
     * up to twice as much and 16 MiB.
     */
    public Builder maxBytes(long maxBytes) {
      Bounds.requireBetween("maxBytes", maxBytes, 1 << 20, Long.MAX_VALUE >> 2);
      this.maxBytes = maxBytes;
      return this;
    }

    /** The most characters of one item's request, and of its answer, 1 KiB to 32 MiB; 4 MiB. */
    public Builder maxItemBytes(int maxItemBytes) {
      Bounds.requireBetween("maxItemBytes", maxItemBytes, 1 << 10, 32 << 20);
      this.maxItemBytes = maxItemBytes;
      return this;
    }

    /**
     * How long the keys of items that are done keep others out, zero to 365 days; a day by default.
     * No more than {@link #maxItems} are remembered.
     */
    public Builder remembersDone(Duration time) {
      Bounds.requireBetween("remembersDone", time, Duration.ZERO, Duration.ofDays(365));
      this.remembersDone = time;
      return this;
    }

    /** When what was written is forced to the disk; by default before it is acknowledged. */
    public Builder sync(FileJournal.Sync sync) {
      this.sync = Objects.requireNonNull(sync, "sync");
      return this;
    }

    /**
     * Only looks, while another process has the directory: what it has is as it was at the first
     * use, and whatever would change it fails with {@code BUSY}.
     */
    public Builder onlyLooks() {
      this.onlyLooks = true;
      return this;
    }

    /** Encrypts all but the kinds and times of what is written; off by default. */
    public Builder encryption(Encryption encryption) {
      this.encryption = Objects.requireNonNull(encryption, "encryption");
      return this;
    }

    /** The store; nothing is done to the disk yet. */
    public FileOutbox build() {
      // A record holds a request and an answer, each character of which takes up to three bytes.
      int maxEntryBytes = 6 * maxItemBytes + (64 << 10);
      FileOptions options =
          new FileOptions(
              sync.rule(),
              maxEntryBytes,
              Long.MAX_VALUE >> 1,
              16,
              encryption,
              false,
              FileOptions.READ_WHOLE,
              false);
      Limits limits = new Limits(maxItems, maxBytes, maxItemBytes, SEGMENT, remembersDone);
      if (surroundings != null) {
        return new FileOutbox(inTheirTime(surroundings, options, limits));
      }
      Time time = Time.system();
      return new FileOutbox(
          new FileStore(
              JournalDirectory.at(directory, options),
              limits,
              new SteadyClock(InstantSource.system(), time::nanos),
              time::nanos,
              APART,
              onlyLooks));
    }

    /** All of it on the threads of whoever calls: others would not be of that time. */
    private FileStore inTheirTime(Surroundings its, FileOptions options, Limits limits) {
      JournalDirectory files =
          new JournalDirectory(
              directory,
              options,
              new FileDisk(),
              new Writers(Runnable::run),
              (delay, task) -> {},
              its.clock(),
              () -> "%016x".formatted((long) (its.random().getAsDouble() * (1L << 53))));
      return new FileStore(files, limits, its.clock(), its.time()::nanos, Runnable::run, onlyLooks);
    }
  }
}
