package io.github.resilientllm.okhttp.internal.waiting;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for foreign code that may hang and that nothing can interrupt, such as the system's
 * resolver, so that whoever waits for it can stop waiting. There are only so many: what hangs must
 * not grow without bound.
 */
public final class Aside {
  private final ThreadPoolExecutor threads;

  public Aside(String name, int most) {
    threads =
        new ThreadPoolExecutor(
            0,
            most,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              // Nothing of whoever happens to be first is inherited: the thread outlives them.
              Thread thread = new Thread(null, work, name, 0, false);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts the work; the future fails at once if all threads hang. */
  public <T> CompletableFuture<T> run(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    ClassLoader loader = Thread.currentThread().getContextClassLoader(); // suppliers may look there
    try {
      threads.execute(
          () -> {
            Thread.currentThread().setContextClassLoader(loader);
            try {
              result.complete(work.call());
            } catch (Throwable e) {
              result.completeExceptionally(e);
            } finally {
              Thread.currentThread().setContextClassLoader(null);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(e);
    }
    return result;
  }
}
