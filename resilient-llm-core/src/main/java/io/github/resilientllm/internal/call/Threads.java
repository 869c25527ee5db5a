package io.github.resilientllm.internal.call;

import io.github.resilientllm.internal.thread.Workers;
import io.github.resilientllm.internal.time.Lane;
import java.util.concurrent.Executor;

/**
 * The threads that a client brings: for async calls, and for the attempts of calls that race them.
 *
 * <p>Unless the user brings an executor these are virtual threads where the JDK has them, and
 * {@linkplain Lane lanes} of daemon threads where it has not. A call waits for its attempts, so
 * attempts have a lane of their own: if calls could take all threads, none would be left for what
 * they wait for. What finds all threads busy waits, by its own deadline. An attempt waits for its
 * vendor only, so its thread comes free by its clocks, the next attempt runs, and the calls go on.
 */
public final class Threads {
  private static final String NAME = "resilient-llm";

  private final Executor calls;
  private final Executor attempts;

  private Threads(Executor calls, Executor attempts) {
    this.calls = calls;
    this.attempts = attempts;
  }

  /** The ones that all clients share. */
  public static Threads shared() {
    return Shared.THREADS;
  }

  /** An executor of the user's for all of them. */
  public static Threads by(Executor executor) {
    return new Threads(executor, executor);
  }

  /** Runs async calls. */
  public Executor calls() {
    return calls;
  }

  /** Runs attempts that race. */
  Executor attempts() {
    return attempts;
  }

  private static Threads make() {
    return new Threads(lane("call"), lane("attempt"));
  }

  private static Executor lane(String kind) {
    return Workers.virtualOr(
        NAME, () -> new Lane(NAME + "-" + kind, Workers.MOST, Lane.mostInMemory()));
  }

  private static final class Shared {
    static final Threads THREADS = make();
  }
}
