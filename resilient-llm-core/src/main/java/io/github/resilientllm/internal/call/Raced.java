package io.github.resilientllm.internal.call;

import io.github.resilientllm.internal.time.Time;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of a call that run beside each other, each on a thread of the executor up to its
 * first content. The thread that runs the call puts them there and takes them out; only what comes
 * back is told from theirs.
 *
 * <p>An executor is somebody else's. One that refuses an attempt, keeps it waiting for too long, or
 * loses it, has no thread for it: a hedge is then given up, for the thread that runs the call is to
 * hear of the attempt that it was to overtake; any other one is opened by that thread.
 */
final class Raced {
  /**
   * No shorter time says that an executor has no thread: what is late for a first token may be less
   * than a loaded machine takes to start one.
   */
  private static final long LEAST_PATIENCE = 500_000_000L;

  private final Engine engine;
  private final Runnable wake;
  private final List<Entry> running = new ArrayList<>(2);
  private final Queue<LiveAttempt> opened = new ConcurrentLinkedQueue<>();

  /** An attempt, and how long its thread may keep it waiting. */
  private record Entry(LiveAttempt attempt, long threadBy) {}

  /**
   * None yet.
   *
   * @param wake makes the thread that runs the call look at what came back
   */
  Raced(Engine engine, Runnable wake) {
    this.engine = engine;
    this.wake = wake;
  }

  /** Hands an attempt to the executor; false if it was not taken. */
  boolean start(LiveAttempt attempt, long patienceNanos) {
    long patience = Math.max(patienceNanos, LEAST_PATIENCE);
    Entry entry = new Entry(attempt, engine.time.nanos() + patience);
    running.add(entry);
    try {
      engine.executor.execute(() -> open(attempt));
      return true;
    } catch (Throwable e) { // what an application's executor throws is its own
      return isTaken(attempt);
    }
  }

  /** One that ran in the caller and threw afterwards has been taken all the same. */
  private boolean isTaken(LiveAttempt attempt) {
    if (attempt.isClaimed()) {
      return true;
    }
    remove(attempt);
    return false;
  }

  /** Opens an attempt unless another thread does. */
  private void open(LiveAttempt attempt) {
    if (attempt.claim()) {
      attempt.open();
      opened.add(attempt);
      wake.run();
    }
  }

  /**
   * Takes out one that has waited too long for a thread of the executor, which will not open it any
   * more; null for none.
   */
  @Nullable LiveAttempt pollWaiting(long now) {
    for (Entry entry : running) {
      if (entry.threadBy <= now && entry.attempt.claim()) {
        remove(entry.attempt);
        return entry.attempt;
      }
    }
    return null;
  }

  /** The instant until which one waits for its thread; no instant at all if none does. */
  long waitingUntil() {
    long until = Time.NEVER;
    for (Entry entry : running) {
      until = entry.attempt.isClaimed() ? until : Math.min(until, entry.threadBy);
    }
    return until;
  }

  /** The next attempt that has come to its first content or its failure; null for none. */
  @Nullable LiveAttempt poll() {
    LiveAttempt attempt;
    do {
      attempt = opened.poll();
    } while (attempt != null && !remove(attempt)); // what was ended meanwhile is accounted for
    return attempt;
  }

  /** Takes out one whose time to speak is over; null for none. */
  @Nullable LiveAttempt pollLate(long now) {
    for (Entry entry : running) {
      LiveAttempt attempt = entry.attempt;
      if (attempt.isClaimed() && attempt.openingEnd() <= now) {
        remove(attempt);
        return attempt;
      }
    }
    return null;
  }

  /** Takes out all that are running. */
  List<LiveAttempt> takeAll() {
    List<LiveAttempt> all = running.stream().map(Entry::attempt).toList();
    running.clear();
    return all;
  }

  /** An attempt at a target that is running; null for none. */
  @Nullable LiveAttempt at(int index) {
    for (Entry entry : running) {
      if (entry.attempt.index() == index) {
        return entry.attempt;
      }
    }
    return null;
  }

  /** The instant at which something is to be looked at. */
  long nextClock() {
    long next = Time.NEVER;
    for (Entry entry : running) {
      LiveAttempt attempt = entry.attempt;
      next = Math.min(next, attempt.isClaimed() ? attempt.openingEnd() : entry.threadBy);
    }
    return next;
  }

  private boolean remove(LiveAttempt attempt) {
    for (Iterator<Entry> entries = running.iterator(); entries.hasNext(); ) {
      if (entries.next().attempt == attempt) {
        entries.remove();
        return true;
      }
    }
    return false;
  }
}
