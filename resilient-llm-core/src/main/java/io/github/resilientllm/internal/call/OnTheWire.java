package io.github.resilientllm.internal.call;

import java.util.ArrayList;
import java.util.List;

/**
 * The attempts of a call that hold something open, so that whoever ends the call from another
 * thread can close them, on whatever thread they run. Safe for several threads.
 */
final class OnTheWire {
  // Guarded by this object's lock.
  private final List<LiveAttempt> attempts = new ArrayList<>(2);
  private boolean closed;

  /** Notes an attempt that is about to open; closes it if all are to be closed. */
  void add(LiveAttempt attempt) {
    synchronized (this) {
      attempts.add(attempt);
      if (!closed) {
        return;
      }
    }
    attempt.closeElsewhere();
  }

  synchronized void remove(LiveAttempt attempt) {
    attempts.remove(attempt);
  }

  /** Closes all that are open, and those still to come. */
  void closeAll() {
    List<LiveAttempt> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(attempts);
    }
    open.forEach(LiveAttempt::closeElsewhere);
  }
}
