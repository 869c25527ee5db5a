package io.github.resilientllm;

import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.check.Findings;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
 * <p>Stages that depend on a future of this journal run on its threads, of which there are at most
 * 16: they may use the journal, but should leave longer work to others ({@code thenApplyAsync});
 * there, what blocks does not wait for a log that was just closed, and is refused with {@code
 * BUSY}.
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
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    return directory.open(conversation, patience);
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    return directory.head(conversation);
  }

  /**
   * {@inheritDoc}
   *
   * <p>It may contain entries that were not acknowledged yet.
   */
  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    return directory.readAfter(conversation, sequence, maxBytes);
  }

  @Override
  public CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    return directory.readLast(conversation, maxBytes);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Files are in the order in which they were last written to, as the file system has it; only
   * those that are listed are read, and where the query asks for more than all, those before them.
   */
  @Override
  public CompletableFuture<Listing> list(Query query) {
    return directory.list(query);
  }

  @Override
  public CompletableFuture<Boolean> delete(String conversation) {
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
   * @throws io.github.resilientllm.journal.JournalException {@code BUSY} if a writer has the
   *     conversation, {@code DAMAGED} if it cannot be read
   */
  public long compact(String conversation) {
    return directory.compact(conversation);
  }

  /**
   * Reads all of a conversation's file and says what is wrong with it; needs no key. Blocks.
   *
   * @return without problems if there is no such conversation
   */
  public Check verify(String conversation) {
    return check(directory.verify(conversation));
  }

  /** Verifies all conversations. Blocks. */
  public List<Check> verifyAll() {
    return directory.verifyAll().stream().map(FileJournal::check).toList();
  }

  /**
   * Makes a damaged conversation usable again: it keeps every entry that can be read and notes
   * where others are missing. The damaged file is kept too, beside it, until the conversation is
   * deleted. Does nothing if it is not damaged. Blocks.
   *
   * @return what was wrong
   * @throws io.github.resilientllm.journal.JournalException {@code BUSY} if a writer has it
   */
  public Check repair(String conversation) {
    return check(directory.repair(conversation));
  }

  static Check check(Findings found) {
    List<String> problems = found.problems().stream().map(Object::toString).toList();
    return new Check(
        found.conversation(),
        found.file(),
        found.bytes(),
        found.entries(),
        found.damaged(),
        problems);
  }

  /**
   * Deletes the conversations in which nothing happened for some time. Those that are open or
   * damaged stay. Blocks.
   *
   * @param age more than zero
   * @return how many were deleted
   */
  public int deleteOlderThan(Duration age) {
    return directory.retention().deleteOlderThan(age);
  }

  /**
   * Deletes conversations, those in which nothing happened for longest first, until the others take
   * no more than some room. Those that are open or damaged stay. Blocks.
   *
   * @param bytes zero or more
   * @return how many were deleted
   */
  public int shrinkTo(long bytes) {
    return directory.retention().shrinkTo(bytes);
  }

  /**
   * What was found in a conversation's file.
   *
   * @param conversation its id
   * @param file where it is
   * @param bytes its length
   * @param entries the number of the last entry before the first problem
   * @param damaged whether it cannot be opened; otherwise a problem is only an unfinished end,
   *     which opening cuts off, or something that a newer version of this library wrote
   * @param problems up to 100, each with the line, the byte and the numbers of the entries
   */
  public record Check(
      String conversation,
      Path file,
      long bytes,
      long entries,
      boolean damaged,
      List<String> problems) {
    /** Copies the list. */
    public Check {
      problems = List.copyOf(problems);
    }
  }

  /** When what was written is forced to the disk. An end of the process alone loses nothing. */
  public static final class Sync {
    private static final Duration DEFAULT_INTERVAL = Duration.ofMillis(200);

    private final SyncRule rule;

    private Sync(SyncRule.Mode mode, Duration within) {
      this.rule = new SyncRule(mode, within);
    }

    SyncRule rule() {
      return rule;
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
      Bounds.requireBetween("interval", interval, Duration.ofMillis(1), Duration.ofMinutes(1));
      return new Sync(SyncRule.Mode.INTERVAL, interval);
    }

    /**
     * Before a {@linkplain JournalEntry.Kind#isBoundary() boundary entry} is acknowledged, and
     * within 200 ms of the saying of any other; the default.
     */
    public static Sync boundary() {
      return new Sync(SyncRule.Mode.BOUNDARY, DEFAULT_INTERVAL);
    }

    /** Before any entry is acknowledged. */
    public static Sync everyEvent() {
      return new Sync(SyncRule.Mode.EVERY_EVENT, DEFAULT_INTERVAL);
    }
  }

  /** Collects what differs from the defaults. */
  public static final class Builder {
    private final Path directory;
    private Sync sync = Sync.boundary();
    private int maxEntryBytes = 32 << 20;
    private long maxConversationBytes = 1L << 30;
    private int maxOpenLogs = 1024;
    private boolean network;
    private boolean plainToo;
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
      Bounds.requireBetween("maxEntryBytes", maxEntryBytes, 1 << 10, 256 << 20);
      this.maxEntryBytes = maxEntryBytes;
      return this;
    }

    /**
     * The length of a file that takes no more entries, at least 1 MiB; 1 GiB by default. Its first
     * and last line, which are no entries, may come on top of that.
     */
    public Builder maxConversationBytes(long maxConversationBytes) {
      Bounds.requireBetween(
          "maxConversationBytes", maxConversationBytes, 1 << 20, Long.MAX_VALUE >> 1);
      this.maxConversationBytes = maxConversationBytes;
      return this;
    }

    /** The most conversations open for writing, 1 to 100,000; 1,024 by default. */
    public Builder maxOpenLogs(int maxOpenLogs) {
      Bounds.requireBetween("maxOpenLogs", maxOpenLogs, 1, 100_000);
      this.maxOpenLogs = maxOpenLogs;
      return this;
    }

    /**
     * Encrypts bodies; numbers, times and kinds of entries stay readable. Off by default. What is
     * not encrypted is not read any more, unless {@link #readPlainToo}.
     */
    public Builder encryption(Encryption encryption) {
      this.encryption = Objects.requireNonNull(encryption, "encryption");
      return this;
    }

    /**
     * Reads bodies that are not encrypted although there are keys, for conversations that began
     * before there were: whoever can write the files can then put words into them.
     */
    public Builder readPlainToo() {
      this.plainToo = true;
      return this;
    }

    /** Accepts a network file system, if only this machine uses the directory. */
    public Builder allowNetworkFileSystem() {
      this.network = true;
      return this;
    }

    /** The journal; nothing is done to the disk yet. */
    public FileJournal build() {
      FileOptions options =
          new FileOptions(
              sync.rule,
              maxEntryBytes,
              maxConversationBytes,
              maxOpenLogs,
              encryption,
              plainToo,
              FileOptions.READ_WHOLE,
              network);
      return new FileJournal(JournalDirectory.at(directory, options));
    }
  }
}
