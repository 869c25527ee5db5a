package io.github.resilientllm.spring.boot;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The journal of conversations, a file for each.
 *
 * @param enabled Whether there is one, if a directory is set.
 * @param directory Where it is; made when it is needed.
 * @param sync When what was written is forced to the disk.
 * @param syncInterval The interval of sync = interval, 1 ms to 1 min.
 * @param maxEntrySize The most bytes of an entry, 1 KB to 256 MB. 32 MB by default.
 * @param maxConversationSize The length of a file that takes no more entries, at least 1 MB. 1 GB
 *     by default.
 * @param maxOpenConversations The most conversations open for writing, 1 to 100,000. 1,024 by
 *     default.
 * @param allowNetworkFileSystem Accepts a network file system, if only this machine uses the
 *     directory.
 * @param retention What is deleted, when the application has started and from then on.
 */
record JournalProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable Path directory,
    @DefaultValue("boundary") SyncMode sync,
    @DefaultValue("200ms") Duration syncInterval,
    @Nullable DataSize maxEntrySize,
    @Nullable DataSize maxConversationSize,
    @Nullable Integer maxOpenConversations,
    @DefaultValue("false") boolean allowNetworkFileSystem,
    @DefaultValue RetentionProperties retention) {

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
