package io.github.resilientllm.postgres.internal.sql;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The threads that wait for the database: each one at work has a connection. */
public final class Workers implements Executor {
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** More tasks than this mean that the database does not keep up. */
  private static final int MOST_WAITING = 20_000;

  private static final ThreadLocal<Boolean> HERE = ThreadLocal.withInitial(() -> false);

  private final Executor threads;
  private final @Nullable ThreadPoolExecutor own;

  private Workers(Executor threads, @Nullable ThreadPoolExecutor own) {
    this.threads = threads;
    this.own = own;
  }

  /** On other threads; whoever gives them sees to their end. */
  public Workers(Executor threads) {
    this(threads, null);
  }

  /** On threads of their own, made as tasks come, none of which outlives its work for long. */
  public static Workers make(int most) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            task -> thread(task, "resilient-llm-postgres"));
    pool.allowCoreThreadTimeOut(true);
    return new Workers(pool, pool);
  }

  static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    return thread;
  }

  /** Lets idle threads of ours end now; whoever still comes is served. */
  public void retire() {
    if (own != null) {
      own.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
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
  public static boolean areHere() {
    return HERE.get();
  }

  /** Has something done; at once on a thread that must not wait for others. */
  public <T> CompletableFuture<T> submit(Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable task =
        () -> {
          try {
            result.complete(work.get());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        };
    if (areHere()) {
      task.run();
      return result;
    }
    try {
      execute(task);
    } catch (Throwable e) { // no thread to be had
      result.completeExceptionally(e);
    }
    return result;
  }
}
