package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** How one turn waits: for a journal or for another turn, until an instant or until cancelled. */
final class Await {
  private final Time time;
  private volatile boolean cancelled;
  private volatile @Nullable Thread waiting;

  Await(Time time) {
    this.time = time;
  }

  long now() {
    return time.nanos();
  }

  /** Ends all waits, also those that come. */
  void cancel() {
    cancelled = true;
    Thread thread = waiting;
    if (thread != null) {
      time.unpark(thread);
    }
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Whether waiting until an instant is over, for whatever reason. */
  boolean isOver(long until) {
    return cancelled || Thread.currentThread().isInterrupted() || time.nanos() >= until;
  }

  /** Waits until something may have changed. */
  void park(long until) {
    waiting = Thread.currentThread();
    if (!isOver(until)) {
      time.park(until);
    }
    waiting = null;
  }

  /** Wakes a thread that waits for something that has now changed. */
  void unpark(Thread thread) {
    time.unpark(thread);
  }

  /**
   * Waits for what a journal promised.
   *
   * @throws JournalException if the journal failed, or this gave up waiting
   */
  <T> T forJournal(CompletableFuture<T> promise, long until) {
    if (!promise.isDone()) {
      Thread me = Thread.currentThread();
      CompletableFuture<?> unused = promise.whenComplete((kept, failure) -> time.unpark(me));
      while (!promise.isDone() && !isOver(until)) {
        park(until);
      }
    }
    if (!promise.isDone()) {
      throw new JournalException(
          Reason.FAILED,
          Thread.currentThread().isInterrupted()
              ? "interrupted while waiting for the journal"
              : "the journal did not answer in time; is its disk overloaded?");
    }
    return result(promise);
  }

  private static <T> T result(CompletableFuture<T> promise) {
    try {
      return promise.join();
    } catch (CompletionException | CancellationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof JournalException failure) {
        throw failure;
      }
      throw new JournalException(Reason.FAILED, "the journal threw " + cause.getClass(), cause);
    }
  }
}
