package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** The bytes that wait to be written in all logs of a journal. */
public final class Backlog {
  /** More means that the disk does not keep up. */
  private static final long MOST = 64 << 20;

  private final Path directory;
  private final AtomicLong bytes = new AtomicLong();

  public Backlog(Path directory) {
    this.directory = directory;
  }

  /** Takes room, or throws. */
  public void reserve(int more) {
    long waiting = bytes.addAndGet(more);
    if (waiting > MOST && waiting > more) { // one alone may be as large as it likes
      bytes.addAndGet(-more);
      throw new JournalException(
          Reason.FAILED,
          "%d bytes wait to be written to %s; wait for earlier appends before adding more"
              .formatted(waiting - more, directory));
    }
  }

  /** Gives room back. */
  public void free(int less) {
    bytes.addAndGet(-less);
  }
}
