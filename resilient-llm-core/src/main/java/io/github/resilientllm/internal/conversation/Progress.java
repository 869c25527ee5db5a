package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.JournalEntry;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What was said so far of an answer, on its way to the journal: pieces that come before the journal
 * has told that it kept one go together in the next, so that the journal sets the pace.
 *
 * <p>The reader of the answer and the journal's threads come here. A piece is redacted without a
 * lock, for that is the application's code, by one of them at a time.
 */
final class Progress {
  private final Floor floor;
  private final Redaction redaction;
  // What follows is guarded by this.
  private final StringBuilder waiting = new StringBuilder();
  private CompletableFuture<Void> inFlight = CompletableFuture.completedFuture(null);
  private String taken = ""; // by whoever redacts it
  private boolean redacting;
  private boolean restarted;
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
    taken = "";
  }

  /** Hands over no more; what waits is said again by the answer. */
  synchronized void stop() {
    stopped = true;
  }

  /** Hands over all that waits, for no answer will say it again. */
  void flush() {
    String text;
    boolean again;
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
      text = taken + waiting;
      again = restarted;
    }
    if (again || !text.isEmpty()) {
      CompletableFuture<Void> unused = floor.write(JournalEntry.Kind.PROGRESS, body(text, again));
    }
  }

  private CompletableFuture<Void> pump() {
    CompletableFuture<Void> kept = CompletableFuture.completedFuture(null);
    while (kept.isDone()) {
      CompletableFuture<Void> next = handOver();
      if (next == null) {
        return kept;
      }
      kept = next;
    }
    CompletableFuture<?> unused = kept.whenComplete((done, failure) -> next(failure));
    return kept;
  }

  private void next(@Nullable Throwable failure) {
    synchronized (this) {
      stopped |= failure != null; // whoever waits for the next boundary is told
    }
    CompletableFuture<Void> unused = pump();
  }

  /** Hands over what waits, as far as it may be; null if nothing is to be handed over now. */
  private @Nullable CompletableFuture<Void> handOver() {
    String text;
    boolean again;
    synchronized (this) {
      boolean hasNews = restarted || !waiting.isEmpty();
      if (stopped || redacting || !inFlight.isDone() || !hasNews) {
        return null;
      }
      redacting = true;
      text = waiting.toString();
      taken = text;
      waiting.setLength(0);
      again = restarted;
    }
    int ready = 0;
    String body = null;
    try {
      ready = redaction.endOfWhole(text);
      body = ready == 0 && !again ? null : body(text.substring(0, ready), again);
    } finally {
      if (body == null) {
        giveBack();
      }
    }
    return body == null ? null : write(text, ready, body, again);
  }

  private synchronized void giveBack() {
    redacting = false;
    waiting.insert(0, taken);
    taken = "";
  }

  private synchronized @Nullable CompletableFuture<Void> write(
      String text, int ready, String body, boolean again) {
    redacting = false;
    boolean stillCounts = taken.equals(text);
    taken = "";
    if (stopped) {
      return null; // all of it was, or will be, said again
    }
    if (!stillCounts) {
      return CompletableFuture.completedFuture(null); // the answer began again meanwhile
    }
    waiting.insert(0, text.substring(ready));
    restarted &= !again;
    CompletableFuture<Void> kept = floor.write(JournalEntry.Kind.PROGRESS, body);
    inFlight = kept;
    stopped = kept.isCompletedExceptionally(); // whoever waits for the next boundary is told
    return kept;
  }

  private String body(String text, boolean again) {
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
