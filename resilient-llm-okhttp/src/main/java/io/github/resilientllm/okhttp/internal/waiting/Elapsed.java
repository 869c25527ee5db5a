package io.github.resilientllm.okhttp.internal.waiting;

/** The time that connections, tokens and suppliers that hang grow old by. */
public final class Elapsed {

  /** Counts from the start, so that no instant is negative. */
  private static final long START = System.nanoTime();

  private Elapsed() {}

  /** Nanoseconds since the start; monotonic. */
  public static long nanos() {
    return System.nanoTime() - START;
  }
}
