package io.github.resilientllm;

import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.Keys;
import io.github.resilientllm.internal.journal.Options;
import io.github.resilientllm.internal.journal.SyncRule;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a directory of this machine, a file of text lines for each conversation.
 *
 * <p>What it acknowledges survives {@code kill -9}, and as far as {@link Sync} asks a loss of
 * power, if the disk keeps what it says it has. An end that a crash left unfinished is cut off when
 * the conversation is opened; anything else that cannot be read is reported and never skipped. What
 * remains: rot of exactly the last entry, before another one or an orderly close follows it, looks
 * like such an end.
 *
 * <p>Several journals, in one process or in several, may use one directory. The format is described
 * in {@code docs/journal-format.md}. Close it when it is no longer needed.
 */
public final class FileJournal implements Journal {
  private final JournalDirectory directory;

  private FileJournal(JournalDirectory directory) {
    this.directory = directory;
  }

  /** A journal in a directory, which is made with the first conversation, by the defaults. */
  public static FileJournal at(Path directory) {
    return builder(directory).build();
  }

  /** Begins a journal that differs from the defaults. */
  public static Builder builder(Path directory) {
    return new Builder(directory);
  }

  @Override
  public CompletableFuture<Log> open(String conversation) {
    return directory.open(conversation);
  }

  /**
   * {@inheritDoc}
   *
   * <p>It may contain entries that were not acknowledged yet.
   */
  @Override
  public List<JournalEntry> read(String conversation) {
    return directory.read(conversation);
  }

  @Override
  public List<Listed> list() {
    return directory.list();
  }

  @Override
  public boolean delete(String conversation) {
    return directory.delete(conversation);
  }

  @Override
  public void close() {
    directory.close();
  }

  /**
   * Drops what was streamed, and attempts, of turns that ended. Opening does so by itself where it
   * is more than half of a large file. Blocks.
   *
   * @return how many bytes were saved
   * @throws io.github.resilientllm.journal.JournalException {@code LOCKED} if a writer has the
   *     conversation, {@code DAMAGED} if it cannot be read
   */
  public long compact(String conversation) {
    return directory.compact(conversation);
  }

  /** When what was written is forced to the disk. An end of the process alone loses nothing. */
  public static final class Sync {
    private static final Duration DEFAULT_INTERVAL = Duration.ofMillis(200);

    private final SyncRule rule;

    private Sync(SyncRule.Mode mode, Duration within) {
      this.rule = new SyncRule(mode, within);
    }

    /** Never: a loss of power may damage conversations or take them. */
    public static Sync none() {
      return new Sync(SyncRule.Mode.NONE, Duration.ZERO);
    }

    /**
     * At an interval; nobody waits for it. A loss of power takes no more than that.
     *
     * @param interval 1 ms to 1 min
     */
    public static Sync interval(Duration interval) {
      if (interval.compareTo(Duration.ofMillis(1)) < 0
          || interval.compareTo(Duration.ofMinutes(1)) > 0) {
        throw new IllegalArgumentException("interval must be 1 ms to 1 min, not " + interval);
      }
      return new Sync(SyncRule.Mode.INTERVAL, interval);
    }

    /**
     * Before a {@linkplain JournalEntry.Kind#isBoundary() boundary entry} is acknowledged, and
     * within 200 ms of any other; the default.
     */
    public static Sync boundary() {
      return new Sync(SyncRule.Mode.BOUNDARY, DEFAULT_INTERVAL);
    }

    /** Before any entry is acknowledged. */
    public static Sync everyEvent() {
      return new Sync(SyncRule.Mode.EVERY_EVENT, DEFAULT_INTERVAL);
    }
  }

  /** The keys that bodies are encrypted with, by ids that stand in the files. */
  public interface Encryption {

    /**
     * The id of the key for new entries: 1 to 64 letters, digits, dots, dashes and underscores.
     * Another id than yesterday's begins to use another key; the old one stays needed for reading.
     */
    String currentKey();

    /** A key of 32 bytes for AES by its id; null if it is not known. Any thread may ask. */
    @Nullable SecretKey key(String id);
  }

  /** Collects what differs from the defaults. */
  public static final class Builder {
    private final Path directory;
    private Sync sync = Sync.boundary();
    private int maxEntryBytes = 32 << 20;
    private long maxConversationBytes = 1L << 30;
    private int maxOpenLogs = 1024;
    private boolean network;
    private @Nullable Encryption encryption;

    private Builder(Path directory) {
      this.directory = Objects.requireNonNull(directory, "directory");
    }

    /** When what was written is forced; {@link Sync#boundary()} by default. */
    public Builder sync(Sync sync) {
      this.sync = Objects.requireNonNull(sync, "sync");
      return this;
    }

    /** The most bytes in an entry's body, 1 KiB to 256 MiB; 32 MiB by default. */
    public Builder maxEntryBytes(int maxEntryBytes) {
      requireBetween("maxEntryBytes", maxEntryBytes, 1 << 10, 256 << 20);
      this.maxEntryBytes = maxEntryBytes;
      return this;
    }

    /** The length of a file that takes no more entries, at least 1 MiB; 1 GiB by default. */
    public Builder maxConversationBytes(long maxConversationBytes) {
      requireBetween("maxConversationBytes", maxConversationBytes, 1 << 20, Long.MAX_VALUE >> 1);
      this.maxConversationBytes = maxConversationBytes;
      return this;
    }

    /** The most conversations open for writing, 1 to 100,000; 1,024 by default. */
    public Builder maxOpenLogs(int maxOpenLogs) {
      requireBetween("maxOpenLogs", maxOpenLogs, 1, 100_000);
      this.maxOpenLogs = maxOpenLogs;
      return this;
    }

    /** Encrypts bodies; numbers, times and kinds of entries stay readable. Off by default. */
    public Builder encryption(Encryption encryption) {
      this.encryption = Objects.requireNonNull(encryption, "encryption");
      return this;
    }

    /** Accepts a network file system, if only this machine uses the directory. */
    public Builder allowNetworkFileSystem() {
      this.network = true;
      return this;
    }

    private static void requireBetween(String name, long value, long min, long max) {
      if (value < min || value > max) {
        throw new IllegalArgumentException(
            "%s must be %d to %d, not %d".formatted(name, min, max, value));
      }
    }

    /** The journal; nothing is done to the disk yet. */
    public FileJournal build() {
      Encryption with = encryption;
      Keys keys = with == null ? null : new NamedKeys(with);
      Options options =
          new Options(sync.rule, maxEntryBytes, maxConversationBytes, maxOpenLogs, keys, network);
      return new FileJournal(JournalDirectory.at(directory, options));
    }
  }

  private record NamedKeys(Encryption encryption) implements Keys {
    @Override
    public String current() {
      String id = encryption.currentKey();
      if (!id.matches("[A-Za-z0-9._-]{1,64}")) {
        throw new IllegalArgumentException(
            "A key's id is 1 to 64 letters, digits, dots, dashes and underscores, not '%s'"
                .formatted(id));
      }
      return id;
    }

    @Override
    public @Nullable SecretKey key(String id) {
      return encryption.key(id);
    }
  }
}
