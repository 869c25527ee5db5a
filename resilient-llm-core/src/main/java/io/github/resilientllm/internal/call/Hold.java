package io.github.resilientllm.internal.call;

import io.github.resilientllm.internal.time.Time;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/** Who holds a call: nobody, a reader for the length of one read, or whoever ends it, for good. */
final class Hold {
  private final Time time;
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private final Queue<Thread> awaitingEnd = new ConcurrentLinkedQueue<>();

  /** Nobody's. */
  Hold(Time time) {
    this.time = time;
  }

  /** Takes it to read; false if somebody has it. */
  boolean takeToRead() {
    return state.compareAndSet(State.IDLE, State.READING);
  }

  /** Takes it to end it, unless a reader has it, who will see, or it has ended. */
  boolean takeToEnd() {
    return state.compareAndSet(State.IDLE, State.ENDING);
  }

  /** Gives it back after a read; false if the reader has ended it. */
  boolean giveBack() {
    return state.compareAndSet(State.READING, State.IDLE);
  }

  /** Ends it; only the holder does. */
  void over() {
    state.set(State.ENDED);
    // Who has not entered the queue yet sees the state.
    for (Thread thread = awaitingEnd.poll(); thread != null; thread = awaitingEnd.poll()) {
      time.unpark(thread);
    }
  }

  boolean isOver() {
    return state.get() == State.ENDED;
  }

  /**
   * Waits while somebody ends it, which takes as long as the listeners take that hear of it.
   *
   * <p>Parked, since the other may need this thread's carrier to go on. An interrupt ends nothing
   * that is not about to end; it is kept for whoever looks next.
   */
  void awaitEnd() {
    if (state.get() != State.ENDING) {
      return;
    }
    awaitingEnd.add(Thread.currentThread());
    boolean interrupted = false;
    while (state.get() == State.ENDING) {
      time.park(Time.NEVER);
      interrupted |= Thread.interrupted(); // or the next park would not wait
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private enum State {
    IDLE,
    READING,
    ENDING,
    ENDED
  }
}
