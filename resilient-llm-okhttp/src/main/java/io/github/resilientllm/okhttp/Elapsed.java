package io.github.resilientllm.okhttp;

/** The time that connections, tokens and suppliers that hang grow old by. */
final class Elapsed {

  /** Counts from the start, so that no instant is negative. */
  private static final long START = System.nanoTime();

  private Elapsed() {}

  /** Nanoseconds since the start; monotonic. */
  static long nanos() {
    return System.nanoTime() - START;
  }
}
