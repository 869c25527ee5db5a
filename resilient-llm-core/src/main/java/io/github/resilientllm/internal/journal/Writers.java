package io.github.resilientllm.internal.journal;

import io.github.resilientllm.journal.JournalException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that all I/O happens on. They are never interrupted during it: an interrupt closes a
 * file under all who use it.
 */
final class Writers implements Executor {
  /** Few are enough: they wait for one disk, which takes what they force together. */
  private static final int MOST = 4;

  private static final long IDLE_SECONDS = 10;
  private static final ThreadLocal<Boolean> HERE = ThreadLocal.withInitial(() -> false);

  private final Executor threads;

  /** Writers on other threads; whoever gives them sees to their end. */
  Writers(Executor threads) {
    this.threads = threads;
  }

  /** Writers on threads of their own, none of which outlives its work for long. */
  static Writers make() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MOST,
            MOST,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // of a task for each open log or waiting caller at most
            task -> {
              Thread thread = new Thread(task, "resilient-llm-journal");
              thread.setDaemon(true);
              thread.setContextClassLoader(null);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return new Writers(pool);
  }

  /** Lets idle threads end now; whoever still comes is served. */
  void retire() {
    if (threads instanceof ThreadPoolExecutor pool) {
      pool.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void execute(Runnable task) {
    threads.execute(() -> run(task));
  }

  /** An interrupt may come from a callback, or with a caller's thread; it is kept for later. */
  private static void run(Runnable task) {
    boolean interrupted = Thread.interrupted();
    boolean outer = HERE.get();
    HERE.set(true);
    try {
      task.run();
    } finally {
      HERE.set(outer);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the current thread is one that must not wait for another of these. */
  static boolean areHere() {
    return HERE.get();
  }

  /** Something with I/O. */
  interface Work<T> {
    T run() throws IOException;
  }

  /** Begins something; a failure is a {@link JournalException} that says what was done where. */
  <T> CompletableFuture<T> submit(String doing, Path where, Work<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(
        () -> {
          try {
            result.complete(work.run());
          } catch (IOException e) {
            result.completeExceptionally(Failures.io(doing, where, e));
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** Does something and waits for it, also while interrupted. */
  <T> T call(String doing, Path where, Work<T> work) {
    CompletableFuture<T> result;
    if (areHere()) {
      result = new Writers(Runnable::run).submit(doing, where, work);
    } else {
      result = submit(doing, where, work);
    }
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
