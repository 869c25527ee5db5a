package io.github.resilientllm.internal.call;

/** Runs what belongs to somebody else, such as an appender of the log, whose fault is not ours. */
final class Quietly {
  private Quietly() {}

  /** Runs it, and drops what it throws: there is nobody left to tell. */
  static void run(Runnable guest) {
    try {
      guest.run();
    } catch (Throwable e) {
      return; // a call must not fail, nor a lock stay taken, because of a guest
    }
  }
}
