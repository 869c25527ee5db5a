package io.github.resilientllm.postgres.internal.journal;

import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.concurrent.atomic.AtomicLong;

/** The bytes that wait to be written in all logs of a journal. */
final class Backlog {
  /** More means that the database does not keep up. */
  private static final long MOST = 64 << 20;

  private final AtomicLong bytes = new AtomicLong();

  /** Takes room, or throws. */
  void reserve(long more) {
    long waiting = bytes.addAndGet(more);
    if (waiting > MOST && waiting > more) { // one alone may be as large as it likes
      bytes.addAndGet(-more);
      throw new JournalException(
          Reason.FAILED,
          "%d bytes wait to be written to the database; wait for earlier appends before adding more"
              .formatted(waiting - more));
    }
  }

  /** Gives room back. */
  void free(long less) {
    bytes.addAndGet(-less);
  }
}
