package io.github.resilientllm.internal.journal.file;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a writer does in one go.
 *
 * @param force whether something waits for the disk, entries in the batch or a timer
 */
public record Batch(List<Waiting> entries, boolean force) {
  public static final Batch NONE = new Batch(List.of(), false);

  /** Lines, or a question about the file, that nobody acknowledged yet. */
  public static final class Waiting {
    private final byte[] line;
    private final boolean forced;
    private final boolean paced;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile long offset;

    /**
     * Lines, no bytes for a question.
     *
     * @param forced whether whoever appended them waits until they are durable
     * @param paced whether it is told a little later that they are written
     */
    public Waiting(byte[] line, boolean forced, boolean paced) {
      this.line = line;
      this.forced = forced;
      this.paced = paced;
    }

    public boolean paced() {
      return paced;
    }

    public byte[] line() {
      return line;
    }

    public boolean forced() {
      return forced;
    }

    public CompletableFuture<Void> done() {
      return done;
    }

    /** Where its first line begins in the file, once it is written. */
    public long offset() {
      return offset;
    }
  }

  /** Notes where each of them stands in a file that ends with them. */
  public void wereWritten(long end) {
    long at = end - length();
    for (Waiting entry : entries) {
      entry.offset = at;
      at += entry.line().length;
    }
  }

  /** The lines one after another. */
  public byte[] bytes() {
    if (entries.size() == 1) {
      return entries.get(0).line();
    }
    byte[] bytes = new byte[length()];
    int at = 0;
    for (Waiting entry : entries) {
      System.arraycopy(entry.line(), 0, bytes, at, entry.line().length);
      at += entry.line().length;
    }
    return bytes;
  }

  public int length() {
    int length = 0;
    for (Waiting entry : entries) {
      length += entry.line().length;
    }
    return length;
  }
}
