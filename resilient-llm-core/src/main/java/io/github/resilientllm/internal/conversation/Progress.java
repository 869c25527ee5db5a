package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.JournalEntry;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What was said so far of an answer, on its way to the journal: pieces that come before the journal
 * has told that it kept one go together in the next, so that the journal sets the pace.
 */
final class Progress {
  private final Floor floor;
  private final Redaction redaction;
  private final StringBuilder waiting = new StringBuilder();
  private boolean restarted;
  private CompletableFuture<Void> inFlight = CompletableFuture.completedFuture(null);
  private boolean stopped;

  Progress(Floor floor, Redaction redaction) {
    this.floor = floor;
    this.redaction = redaction;
  }

  /** More text was said; returns when it is handed over, or joined to what will be. */
  CompletableFuture<Void> said(String text) {
    synchronized (this) {
      waiting.append(text);
    }
    return pump();
  }

  /** What was said before counts no more. */
  synchronized void restarted() {
    restarted = true;
    waiting.setLength(0);
  }

  /** Hands over no more; what waits is said again by the answer. */
  synchronized void stop() {
    stopped = true;
  }

  /** Hands over all that waits, for no answer will say it again. */
  synchronized void flush() {
    if (!stopped && (restarted || !waiting.isEmpty())) {
      CompletableFuture<Void> unused =
          floor.write(JournalEntry.Kind.PROGRESS, body(waiting.length()));
    }
    stopped = true;
  }

  private CompletableFuture<Void> pump() {
    CompletableFuture<Void> kept;
    synchronized (this) {
      int ready = redaction.endOfWhole(waiting);
      if (stopped || !inFlight.isDone() || (ready == 0 && !restarted)) {
        return CompletableFuture.completedFuture(null);
      }
      kept = floor.write(JournalEntry.Kind.PROGRESS, body(ready));
      inFlight = kept;
      stopped = kept.isCompletedExceptionally(); // whoever waits for the next boundary is told
    }
    if (!kept.isDone()) {
      CompletableFuture<?> unused = kept.whenComplete((done, failure) -> next(failure));
    }
    return kept;
  }

  private void next(@Nullable Throwable failure) {
    synchronized (this) {
      stopped |= failure != null;
    }
    CompletableFuture<Void> unused = pump();
  }

  private String body(int length) {
    String text = waiting.substring(0, length);
    boolean again = restarted;
    waiting.delete(0, length);
    restarted = false;
    return BodyWriter.object(
        redaction,
        body -> {
          if (again) {
            body.json().writeBooleanField("restarted", true);
          }
          body.said("text", text);
        });
  }
}
