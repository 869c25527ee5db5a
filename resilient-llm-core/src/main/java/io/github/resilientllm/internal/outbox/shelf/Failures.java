package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import java.util.concurrent.CompletionException;

/** What the store says of a failure of its journal. */
final class Failures {
  private Failures() {}

  /** What is told of a failure. */
  static OutboxException told(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof OutboxException already) {
      return already;
    }
    if (cause instanceof JournalException e) {
      Reason reason =
          switch (e.reason()) {
            case BUSY -> Reason.BUSY;
            case DAMAGED, DIVERGED -> Reason.DAMAGED;
            case UNKNOWN -> Reason.UNKNOWN;
            case TOO_LARGE -> Reason.TOO_LARGE;
            case CLOSED -> Reason.CLOSED;
            case LOST, CONFLICT, FAILED -> Reason.FAILED;
          };
      String message =
          reason == Reason.BUSY
              ? "Another process, or another store of this one, has this outbox; use it there, or close it there"
              : String.valueOf(e.getMessage());
      return new OutboxException(reason, message, e);
    }
    return new OutboxException(
        Reason.FAILED, "The outbox's store threw " + cause.getClass().getName(), cause);
  }
}
