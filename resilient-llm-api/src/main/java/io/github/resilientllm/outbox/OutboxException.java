package io.github.resilientllm.outbox;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An outbox could not do what it was asked. The message names the remedy, never content. */
public final class OutboxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Reason {
    /** As many items or bytes wait as may; nothing was kept. */
    FULL,
    /** The item is larger than one may be; nothing was kept. */
    TOO_LARGE,
    /** Another process has the store. */
    BUSY,
    /** Something that was acknowledged cannot be read any more. */
    DAMAGED,
    /** A newer version of this library wrote something that this one does not know. */
    UNKNOWN,
    /** Reading or writing failed; what was not acknowledged may or may not be there. */
    FAILED,
    /** The store was closed. */
    CLOSED
  }

  private final Reason reason;

  /** A failure with its cause, if there is one. */
  public OutboxException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** A failure of which the outbox itself is the cause. */
  public OutboxException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }
}
