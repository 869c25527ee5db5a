package io.github.resilientllm.journal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A journal could not do what it was asked. The message names the place and the remedy, never
 * content.
 */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Reason {
    /** Something that was acknowledged cannot be read any more. Nothing was changed. */
    DAMAGED,
    /** A newer version of this library wrote something that this one does not know. */
    UNKNOWN,
    /** Another writer, in this process or another, has the conversation. */
    BUSY,
    /** Another writer has taken the conversation over: this one held it too long, or lost it. */
    LOST,
    /** The entry does not follow the last one: another writer was here. */
    CONFLICT,
    /** Another writer went on where this one could not, and the two do not fit together. */
    DIVERGED,
    /** Writing, reading or syncing failed; what was not acknowledged may or may not be there. */
    FAILED,
    /** The entry, the id or the conversation is longer than the journal allows. */
    TOO_LARGE,
    /** The journal or the log was closed. */
    CLOSED
  }

  private final Reason reason;

  /** A failure with its cause, if there is one. */
  public JournalException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** A failure of which the journal itself is the cause. */
  public JournalException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }
}
