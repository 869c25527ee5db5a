package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Sealing;
import org.jspecify.annotations.Nullable;

/**
 * How a journal in files behaves.
 *
 * @param maxEntryBytes the most bytes of UTF-8 in one body
 * @param maxConversationBytes the length at which a file takes no more entries
 * @param maxOpenLogs the most conversations open at once
 * @param keys null if bodies are not sealed
 * @param plainToo whether bodies that are not sealed are read although there are keys
 * @param readWhole files up to this length are read whole when they are opened; of longer ones that
 *     were closed in order only the end, so that opening costs no more however long they grow
 * @param network whether the directory may be on a network file system
 */
public record FileOptions(
    SyncRule sync,
    int maxEntryBytes,
    long maxConversationBytes,
    int maxOpenLogs,
    @Nullable Encryption keys,
    boolean plainToo,
    long readWhole,
    boolean network) {

  /** Reading so much takes some milliseconds, and finds damage wherever it is. */
  public static final long READ_WHOLE = 1 << 20;

  /** What is done to bodies. */
  public Sealing sealing() {
    Sealing sealing = keys == null ? Sealing.none() : Sealing.with(keys);
    return plainToo ? sealing.readingPlainToo() : sealing;
  }

  /** Base64 makes four bytes of three; the rest of a line is far below this. */
  public int maxLine() {
    long longest = maxEntryBytes / 3 * 4L + (16 << 10);
    return (int) Math.min(longest, Integer.MAX_VALUE - 16);
  }
}
