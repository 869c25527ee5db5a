package io.github.resilientllm.internal.journal;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a writer does in one go.
 *
 * @param force whether something waits for the disk, entries in the batch or a timer
 */
record Batch(List<Waiting> entries, boolean force) {
  static final Batch NONE = new Batch(List.of(), false);

  /** An entry that nobody acknowledged yet. */
  static final class Waiting {
    private final byte[] line;
    private final boolean forced;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** A line, and whether whoever appended it waits until it is durable. */
    Waiting(byte[] line, boolean forced) {
      this.line = line;
      this.forced = forced;
    }

    byte[] line() {
      return line;
    }

    boolean forced() {
      return forced;
    }

    CompletableFuture<Void> done() {
      return done;
    }
  }

  /** The lines one after another. */
  byte[] bytes() {
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

  int length() {
    int length = 0;
    for (Waiting entry : entries) {
      length += entry.line().length;
    }
    return length;
  }
}
