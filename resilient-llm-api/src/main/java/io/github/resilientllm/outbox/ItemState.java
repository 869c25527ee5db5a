package io.github.resilientllm.outbox;

/** Where an item stands. The names are stored: none changes. */
public enum ItemState {
  /** The model is yet to be asked. */
  WAITING,
  /** There is an answer, which its handler is yet to take. */
  ANSWERED,
  /** The handler has taken the answer. */
  DONE,
  /** It was given up, for its own faults or its handler's; it can be replayed. */
  DEAD,
  /** Somebody did not want it any more. */
  CANCELLED,
  /** It was not answered in its time. */
  EXPIRED;

  /** Whether nothing more happens to it by itself. */
  public boolean isEnd() {
    return this != WAITING && this != ANSWERED;
  }
}
