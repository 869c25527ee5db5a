package io.github.resilientllm.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that async calls and hedged attempts run on unless the user brings an executor:
 * virtual threads where the JDK has them, daemon threads that end when idle where it has not.
 */
public final class Threads {
  /**
   * A bound that a healthy application does not meet; beyond it a call fails instead of the JVM.
   */
  private static final int MOST = 4096;

  private Threads() {}

  /** The executor shared by all clients. */
  public static Executor shared() {
    return Shared.EXECUTOR;
  }

  private static Executor make() {
    try { // JDK 21 and later; compiled for 17
      return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      return new ThreadPoolExecutor(
          0,
          MOST,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "resilient-llm");
            thread.setDaemon(true);
            thread.setContextClassLoader(null); // it outlives the application that asked for it
            return thread;
          });
    }
  }

  private static final class Shared {
    static final Executor EXECUTOR = make();
  }
}
