package io.github.resilientllm.postgres;

import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.postgres.internal.journal.Conversations;
import io.github.resilientllm.postgres.internal.journal.Settings;
import io.github.resilientllm.postgres.internal.sql.Later;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A journal in PostgreSQL, for several machines that share conversations. The tables are {@link
 * PostgresSchema}'s to make.
 *
 * <p>Who opens a conversation has the right to write it for the time of a lease, by the database's
 * clock, and it is renewed as long as the conversation is open. Who was held up for longer may find
 * that another one has it: every append asks, and says {@code LOST}. What a program had open when
 * it died is free when its lease has run out.
 *
 * <p>{@linkplain io.github.resilientllm.journal.JournalEntry.Kind#isBoundary() Boundary entries}
 * are acknowledged when the server has committed them as its {@code synchronous_commit} says, and
 * never before they are on its disk. Others do not wait for that: a crash of the server may take
 * the last of them, up to about a second.
 *
 * <p>No connection is kept while a model answers. Each statement or transaction has its own, and
 * leaves nothing in it, so a pooler such as PgBouncer may stand between.
 *
 * <p>Stages that depend on a future of this journal run on its threads: they may use the journal,
 * but should leave longer work to others ({@code thenApplyAsync}); there, a conversation that was
 * just closed is not waited for, and is refused with {@code BUSY}. Close the journal when it is no
 * longer needed; the {@code DataSource} is the application's to close, after it.
 */
public final class PostgresJournal implements Journal {
  private final Conversations conversations;

  private PostgresJournal(Conversations conversations) {
    this.conversations = conversations;
  }

  /** A journal by the defaults. Nothing is asked of the database yet. */
  public static PostgresJournal on(DataSource source) {
    return builder(source).build();
  }

  /** Begins a journal that differs from the defaults. */
  public static Builder builder(DataSource source) {
    return new Builder(source);
  }

  @Override
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    return conversations.open(conversation, patience);
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    return conversations.head(conversation);
  }

  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    return conversations.readAfter(conversation, sequence, maxBytes);
  }

  @Override
  public CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    return conversations.readLast(conversation, maxBytes);
  }

  /**
   * {@inheritDoc}
   *
   * <p>They are in the order in which they were last opened for writing.
   */
  @Override
  public CompletableFuture<Listing> list(Query query) {
    return conversations.list(query);
  }

  @Override
  public CompletableFuture<Boolean> delete(String conversation) {
    return conversations.delete(conversation);
  }

  @Override
  public void close() {
    conversations.close();
  }

  /**
   * Asks the database whether the tables are there and fit this program. Blocks.
   *
   * @throws io.github.resilientllm.journal.JournalException {@code FAILED} if not, or if it is not
   *     reached
   */
  public void check() {
    conversations.check();
  }

  /**
   * Reads all of a conversation, compares checksums and says what is wrong; needs no key. Blocks.
   *
   * @return empty if there is no such conversation
   */
  public Optional<Check> verify(String conversation) {
    return conversations.verify(conversation).map(PostgresJournal::check);
  }

  /** Verifies all conversations. Blocks. */
  public List<Check> verifyAll() {
    List<Check> checks = new ArrayList<>();
    for (Head head : conversations.heads()) {
      verify(head.conversation()).ifPresent(checks::add);
    }
    return checks;
  }

  /**
   * Makes a damaged conversation usable: keeps every entry whose checksum is right, sets the others
   * aside in the table {@code resilient_llm_damaged}, and adds an entry that notes what is missing.
   * What is not damaged is not changed. Blocks.
   *
   * @return what was wrong; empty if there is no such conversation
   * @throws io.github.resilientllm.journal.JournalException {@code BUSY} if a writer has it, {@code
   *     UNKNOWN} if a newer version wrote it, {@code DAMAGED} if nothing of it can be read, or if
   *     it is encrypted and this journal has no key
   */
  public Optional<Check> repair(String conversation) {
    return conversations.repair(conversation).map(PostgresJournal::check);
  }

  private static Check check(Conversations.Findings found) {
    return new Check(found.id(), found.bytes(), found.entries(), found.damaged(), found.problems());
  }

  /**
   * Deletes the conversations in which nothing happened for some time, by the database's clock.
   * Those that are open or damaged stay. Blocks.
   *
   * @param age more than zero
   * @return how many were deleted
   */
  public int deleteOlderThan(Duration age) {
    if (age.isZero() || age.isNegative()) {
      throw new IllegalArgumentException("age must be more than zero, not " + age);
    }
    return conversations.deleteOlderThan(age);
  }

  /**
   * Deletes conversations, those that were used longest ago first, until the others take no more
   * than about some room. Those that are open or damaged stay. Blocks.
   *
   * @param bytes zero or more
   * @return how many were deleted
   */
  public int shrinkTo(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be zero or more, not " + bytes);
    }
    return conversations.shrinkTo(bytes);
  }

  /**
   * What was found in a conversation.
   *
   * @param conversation its id
   * @param bytes about how many it takes
   * @param entries the number of its last entry
   * @param damaged whether something that was acknowledged is missing or was changed; otherwise a
   *     problem is only something that a newer version of this library wrote
   * @param problems up to 100, each with the number of the entry
   */
  public record Check(
      String conversation, long bytes, long entries, boolean damaged, List<String> problems) {
    /** Copies the list. */
    public Check {
      problems = List.copyOf(problems);
    }
  }

  /** Collects what differs from the defaults. */
  public static final class Builder {
    private static final Duration PACE = Duration.ofMillis(80);

    private final Access access;
    private String owner = "process " + ProcessHandle.current().pid();
    private Duration lease = Duration.ofSeconds(15);
    private int maxEntryBytes = 32 << 20;
    private long maxConversationBytes = 1L << 30;
    private int maxOpenLogs = 1024;
    private @Nullable Later later;

    private Builder(DataSource source) {
      this.access = new Access(source);
    }

    /** The schema of the tables; where the user's search path has them by default. */
    public Builder schema(String schema) {
      access.schema(schema);
      return this;
    }

    /**
     * Who writes, as others are told that find a conversation busy: a host, a pod. The number of
     * the process by default.
     *
     * @param owner 1 to 200 characters, without NUL
     */
    public Builder owner(String owner) {
      if (owner.isEmpty() || owner.length() > 200 || owner.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "owner must have 1 to 200 characters and no NUL, not " + owner.length());
      }
      this.owner = owner;
      return this;
    }

    /**
     * How long the right to write lasts when it is not renewed: so long a conversation is busy
     * after its program died, and so long a program may be held up without losing it. 1 s to 1 h;
     * 15 s by default.
     */
    public Builder lease(Duration lease) {
      Access.requireBetween("lease", lease, Duration.ofSeconds(1), Duration.ofHours(1));
      this.lease = lease;
      return this;
    }

    /**
     * How long the server may be silent before a connection counts as lost. 1 s to 1 h; 30 s by
     * default.
     */
    public Builder serverPatience(Duration patience) {
      access.serverPatience(patience);
      return this;
    }

    /**
     * The most threads that wait for the database, each with a connection: no more than the pool
     * has to spare. 1 to 1,000; 8 by default.
     */
    public Builder threads(int threads) {
      access.threads(threads);
      return this;
    }

    /** Threads of the application's instead; each task blocks for a statement or a few. */
    public Builder executor(Executor executor) {
      access.executor(executor);
      return this;
    }

    /** The most bytes in an entry's body, 1 KiB to 256 MiB; 32 MiB by default. */
    public Builder maxEntryBytes(int maxEntryBytes) {
      Access.requireBetween("maxEntryBytes", maxEntryBytes, 1 << 10, 256 << 20);
      this.maxEntryBytes = maxEntryBytes;
      return this;
    }

    /** About the size of a conversation that takes no more entries, at least 1 MiB; 1 GiB. */
    public Builder maxConversationBytes(long maxConversationBytes) {
      Access.requireBetween(
          "maxConversationBytes", maxConversationBytes, 1 << 20, Long.MAX_VALUE >> 1);
      this.maxConversationBytes = maxConversationBytes;
      return this;
    }

    /** The most conversations open for writing, 1 to 100,000; 1,024 by default. */
    public Builder maxOpenLogs(int maxOpenLogs) {
      Access.requireBetween("maxOpenLogs", maxOpenLogs, 1, 100_000);
      this.maxOpenLogs = maxOpenLogs;
      return this;
    }

    /**
     * Encrypts bodies; numbers, times and kinds of entries stay readable. Off by default. What is
     * not encrypted is not read any more, unless {@link #readPlainToo}.
     */
    public Builder encryption(Encryption encryption) {
      access.encryption(encryption);
      return this;
    }

    /**
     * Reads bodies that are not encrypted although there are keys, for conversations that began
     * before there were: whoever can write the tables can then put words into them.
     */
    public Builder readPlainToo() {
      access.readPlainToo();
      return this;
    }

    /** What waits, for tests. */
    Builder later(Later later) {
      this.later = later;
      return this;
    }

    /** A patience with the server of less than a second, for tests. */
    Builder impatient(Duration patience) {
      access.impatient(patience);
      return this;
    }

    /** The journal; nothing is asked of the database yet. */
    public PostgresJournal build() {
      Settings settings =
          new Settings(
              owner,
              lease,
              PACE,
              maxEntryBytes,
              maxConversationBytes,
              maxOpenLogs,
              access.sealing());
      SecureRandom random = new SecureRandom();
      return new PostgresJournal(
          new Conversations(
              access.database(),
              settings,
              access.workers(),
              later == null ? Later.make() : later,
              random::nextLong,
              System::nanoTime));
    }
  }
}
