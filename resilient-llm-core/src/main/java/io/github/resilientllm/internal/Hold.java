package io.github.resilientllm.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who holds a call: nobody, a reader for the length of one read, or whoever ends it, for good.
 *
 * <p>A superclass and not a field, to spare each call an object.
 */
class Hold {
  private static final int IDLE = 0;
  private static final int READING = 1;
  private static final int ENDING = 2;
  private static final int ENDED = 3;
  private static final VarHandle TURN;

  static {
    try {
      TURN = MethodHandles.lookup().findVarHandle(Hold.class, "turn", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // by its handle
  private volatile int turn;

  /** Takes it to read; false if somebody has it. */
  final boolean takeToRead() {
    return TURN.compareAndSet(this, IDLE, READING);
  }

  /** Takes it to end it, unless a reader has it, who will see, or it has ended. */
  final boolean takeToEnd() {
    return TURN.compareAndSet(this, IDLE, ENDING);
  }

  /** Gives it back after a read; false if the reader has ended it. */
  final boolean giveBack() {
    if (turn != READING) { // nobody but the holder moves it from there
      return false;
    }
    turn = IDLE;
    return true;
  }

  /** Ends it; only the holder does. */
  final void over() {
    turn = ENDED;
  }

  final boolean isOver() {
    return turn == ENDED;
  }

  /** Waits for whoever is ending it, which takes as long as to close a socket. */
  final void awaitEnd() {
    while (turn == ENDING) {
      Thread.onSpinWait();
    }
  }
}
