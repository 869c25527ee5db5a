package io.github.resilientllm.internal.call;

import io.github.resilientllm.internal.time.Lane;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * The threads that a client brings: for async calls, and for the attempts of calls that race them.
 *
 * <p>Unless the user brings an executor these are virtual threads where the JDK has them, and
 * {@linkplain Lane lanes} of daemon threads where it has not. A call waits for its attempts, so
 * attempts have a lane of their own: if calls could take all threads, none would be left for what
 * they wait for. An attempt waits for its vendor only, so its thread comes free by its clocks, the
 * next attempt runs, and the calls go on.
 */
public final class Threads {
  /** Calls of half a minute at 130 a second. What is beyond waits, by its own deadline. */
  private static final int MOST = 4096;

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
    try {
      return by(virtual());
    } catch (ReflectiveOperationException e) { // before JDK 21
      return new Threads(
          new Lane(NAME + "-call", MOST, Lane.mostInMemory()),
          new Lane(NAME + "-attempt", MOST, Lane.mostInMemory()));
    }
  }

  /** Virtual threads that inherit nothing; by reflection, for this is compiled for 17. */
  private static Executor virtual() throws ReflectiveOperationException {
    Class<?> builder = Class.forName("java.lang.Thread$Builder");
    Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
    builder.getMethod("name", String.class).invoke(virtual, NAME);
    builder.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(virtual, false);
    ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(virtual);
    return task -> factory.newThread(task).start();
  }

  private static final class Shared {
    static final Threads THREADS = make();
  }
}
