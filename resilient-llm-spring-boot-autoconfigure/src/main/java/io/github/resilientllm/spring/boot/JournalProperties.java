package io.github.resilientllm.spring.boot;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The journal of conversations, in files or in PostgreSQL.
 *
 * @param enabled Whether there is one, if a directory or the type postgres is set.
 * @param type Where it is: file (a directory of this machine) or postgres (the application's
 *     DataSource, shared with other instances).
 * @param directory Where files are; made when it is needed.
 * @param sync When what was written is forced to the disk.
 * @param syncInterval The interval of sync = interval, 1 ms to 1 min.
 * @param maxEntrySize The most bytes of an entry, 1 KB to 256 MB. 32 MB by default.
 * @param maxConversationSize The length of a file that takes no more entries, at least 1 MB. 1 GB
 *     by default.
 * @param maxOpenConversations The most conversations open for writing, 1 to 100,000. 1,024 by
 *     default.
 * @param allowNetworkFileSystem Accepts a network file system, if only this machine uses the
 *     directory.
 * @param postgres What only the type postgres has.
 * @param retention What is deleted, when the application has started and from then on.
 */
record JournalProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("file") JournalType type,
    @Nullable Path directory,
    @DefaultValue("boundary") SyncMode sync,
    @DefaultValue("200ms") Duration syncInterval,
    @Nullable DataSize maxEntrySize,
    @Nullable DataSize maxConversationSize,
    @Nullable Integer maxOpenConversations,
    @DefaultValue("false") boolean allowNetworkFileSystem,
    @DefaultValue PostgresProperties postgres,
    @DefaultValue RetentionProperties retention) {

  /** Where conversations are kept. */
  enum JournalType {
    /** In files of this machine. */
    FILE,
    /** In the application's PostgreSQL. */
    POSTGRES
  }

  /** Whether the application makes the tables. */
  enum InitializeSchema {
    /** At each start; what is there stays. */
    ALWAYS,
    /** Migrations do. */
    NEVER
  }

  /**
   * What only the type postgres has.
   *
   * @param initializeSchema Whether the application makes the tables at its start, or brings them
   *     up to its version.
   * @param schema The schema of the tables. That of the user's search path by default.
   * @param owner Who writes, as other instances are told that find a conversation busy. The number
   *     of the process by default.
   * @param lease How long a conversation stays busy after its instance died, and how long an
   *     instance may be held up without losing it, 1 s to 1 h.
   * @param serverPatience How long the server may be silent, 1 s to 1 h.
   * @param threads The most threads, and so connections, that it uses at once, 1 to 1,000.
   */
  record PostgresProperties(
      @DefaultValue("never") InitializeSchema initializeSchema,
      @Nullable String schema,
      @Nullable String owner,
      @DefaultValue("15s") Duration lease,
      @DefaultValue("30s") Duration serverPatience,
      @DefaultValue("8") int threads) {}

  /** When what was written is forced to the disk. */
  enum SyncMode {
    /** Never. */
    NONE,
    /** At an interval, for which nobody waits. */
    INTERVAL,
    /** Before a question, an answer or a tool result is acknowledged. */
    BOUNDARY,
    /** Before anything is acknowledged. */
    EVERY_EVENT
  }

  /**
   * What is deleted, when the application has started and from then on; conversations that are open
   * or damaged stay.
   *
   * @param maxAge Conversations in which nothing happened for this time. None by default.
   * @param maxSize Those in which nothing happened for longest, until the others take no more room
   *     than this. None by default.
   * @param interval How long after each look the next one follows, 1 s or more.
   */
  record RetentionProperties(
      @Nullable Duration maxAge,
      @Nullable DataSize maxSize,
      @DefaultValue("1h") Duration interval) {}
}
