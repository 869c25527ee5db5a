package io.github.resilientllm.springai;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads that block for an answer of Spring AI. Virtual ones where there are: an interrupt
 * closes the connection that such a thread waits for.
 */
final class AttemptThreads {
  /** A bound that a healthy application does not meet; beyond it a call fails, not the JVM. */
  private static final int MOST = 4096;

  private static final int IDLE_SECONDS = 10;
  private static final Executor THREADS = threads();
  private static final Scheduler SCHEDULER = Schedulers.fromExecutor(THREADS);

  private AttemptThreads() {}

  /**
   * Runs a task.
   *
   * @throws java.util.concurrent.RejectedExecutionException if no thread is left
   */
  static void run(Runnable task) {
    THREADS.execute(task);
  }

  /**
   * For reading streams. Not one of Reactor's: behind one whose thread waits for a vendor, other
   * work would wait, too.
   */
  static Scheduler scheduler() {
    return SCHEDULER;
  }

  private static Executor threads() {
    try {
      Method virtual = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
      return (ExecutorService) virtual.invoke(null);
    } catch (ReflectiveOperationException e) {
      return platform(); // before JDK 21
    }
  }

  private static Executor platform() {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        MOST,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "resilient-llm-spring-ai-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
