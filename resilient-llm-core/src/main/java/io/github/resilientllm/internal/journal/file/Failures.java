package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.Path;

/** What a journal says when it cannot: the place, what the system said, the remedy. */
public final class Failures {
  private Failures() {}

  public static JournalException io(String doing, Path file, Throwable cause) {
    return new JournalException(
        Reason.FAILED, "%s %s failed: %s".formatted(doing, file, said(cause)), cause);
  }

  /** The application's code threw, and what it says may be anything. */
  public static JournalException unencoded(long sequence, Path file, RuntimeException cause) {
    return new JournalException(
        Reason.FAILED,
        "Entry %d of %s could not be made into a line (%s); see to the cause, such as the journal's encryption, and append it again"
            .formatted(sequence, file, said(cause)),
        cause);
  }

  public static JournalException unwritten(Path file, Throwable cause) {
    return new JournalException(
        Reason.FAILED,
        "Writing to %s failed (%s). What was not acknowledged may or may not be there; close the log, see to the disk and open the conversation again"
            .formatted(file, said(cause)),
        cause);
  }

  /** What the system said; of anything else only what it was, for that may hold content. */
  private static String said(Throwable cause) {
    String name = cause.getClass().getSimpleName();
    return cause instanceof IOException ? name + ": " + cause.getMessage() : name;
  }

  /** The file is not as this writer left it. */
  public static JournalException lost(Path file, String how) {
    return new JournalException(
        Reason.LOST,
        "Another writer has taken %s over: %s. Two must not write it at once: see that nothing else opens .lock in its directory, and open the conversation again"
            .formatted(file, how));
  }

  public static JournalException locked(Path file) {
    return new JournalException(
        Reason.BUSY,
        "Another writer, in this process or another, has %s; wait until it closes the conversation"
            .formatted(file));
  }
}
