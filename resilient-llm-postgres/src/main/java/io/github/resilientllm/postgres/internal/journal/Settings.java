package io.github.resilientllm.postgres.internal.journal;

import io.github.resilientllm.journal.Sealing;
import java.time.Duration;

/**
 * How a journal in PostgreSQL behaves.
 *
 * @param owner who writes, for people
 * @param lease how long the right to write lasts unless it is renewed
 * @param pace how long a piece of an answer may wait to be written together with others
 * @param maxEntryBytes the most bytes of UTF-8 in one body
 * @param maxConversationBytes about the size at which a conversation takes no more entries
 * @param maxOpenLogs the most conversations open at once
 */
public record Settings(
    String owner,
    Duration lease,
    Duration pace,
    int maxEntryBytes,
    long maxConversationBytes,
    int maxOpenLogs,
    Sealing sealing) {}
