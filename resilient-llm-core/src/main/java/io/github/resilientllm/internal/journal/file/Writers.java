package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.journal.JournalException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that all I/O happens on. They are never interrupted during it: an interrupt closes a
 * file under all who use it.
 */
public final class Writers implements Executor {
  /** They mostly wait for the disk, which takes together what many of them force at once. */
  public static final int MOST = 16;

  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final ThreadLocal<Boolean> HERE = ThreadLocal.withInitial(() -> false);

  private final Executor threads;

  /** Writers on other threads; whoever gives them sees to their end. */
  public Writers(Executor threads) {
    this.threads = threads;
  }

  /** Writers on threads of their own, none of which outlives its work for long. */
  public static Writers make() {
    return make(
        task -> {
          Thread thread = new Thread(null, task, "resilient-llm-journal", 0, false);
          thread.setDaemon(true);
          thread.setContextClassLoader(null);
          return thread;
        },
        IDLE);
  }

  /** Writers on new threads, made as tasks come, at most {@link #MOST}. */
  public static Writers make(ThreadFactory factory, Duration idle) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MOST,
            MOST,
            idle.toNanos(),
            TimeUnit.NANOSECONDS,
            new LinkedBlockingQueue<>(), // of a task for each open log or waiting caller at most
            factory);
    pool.allowCoreThreadTimeOut(true);
    return new Writers(pool);
  }

  /** Lets idle threads end now; whoever still comes is served. */
  public void retire() {
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

  /** Whether a task waits for a thread, as far as that is known. */
  public boolean areWanted() {
    return !(threads instanceof ThreadPoolExecutor pool) || !pool.getQueue().isEmpty();
  }

  /** Whether the current thread is one that must not wait for another of these. */
  public static boolean areHere() {
    return HERE.get();
  }

  /** Something with I/O. */
  public interface Work<T> {
    T run() throws IOException;
  }

  /** What something has to wait for. */
  public interface Gate {
    Gate NONE = () -> null;

    /** Completes when the gate is open; null if it is. */
    @Nullable CompletableFuture<Void> opening() throws IOException;
  }

  /**
   * Begins something when the gate is open; no thread waits for that. A failure is a {@link
   * JournalException} that says what was done where.
   */
  public <T> CompletableFuture<T> submit(String doing, Path where, Gate gate, Work<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(new Attempt<>(result, doing, where, gate, work));
    return result;
  }

  /** Does something and waits for it, also while interrupted. */
  public <T> T call(String doing, Path where, Work<T> work) {
    return call(doing, where, Gate.NONE, work);
  }

  /**
   * Does something when the gate is open and waits for it, also while interrupted. Does it at once
   * on a thread that must not wait.
   */
  public <T> T call(String doing, Path where, Gate gate, Work<T> work) {
    CompletableFuture<T> result;
    if (areHere()) {
      result = new Writers(Runnable::run).submit(doing, where, Gate.NONE, work);
    } else {
      result = submit(doing, where, gate, work);
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

  /** Looks at the gate; does the work, or comes again when it opens. */
  private final class Attempt<T> implements Runnable {
    private final CompletableFuture<T> result;
    private final String doing;
    private final Path where;
    private final Gate gate;
    private final Work<T> work;

    Attempt(CompletableFuture<T> result, String doing, Path where, Gate gate, Work<T> work) {
      this.result = result;
      this.doing = doing;
      this.where = where;
      this.gate = gate;
      this.work = work;
    }

    @Override
    public void run() {
      try {
        CompletableFuture<Void> opening = gate.opening();
        if (opening == null) {
          result.complete(work.run());
        } else {
          CompletableFuture<?> unused = opening.whenComplete((done, failure) -> again());
        }
      } catch (IOException e) {
        result.completeExceptionally(Failures.io(doing, where, e));
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    }

    private void again() {
      try {
        execute(this);
      } catch (Throwable e) { // no thread to be had
        result.completeExceptionally(e);
      }
    }
  }
}
