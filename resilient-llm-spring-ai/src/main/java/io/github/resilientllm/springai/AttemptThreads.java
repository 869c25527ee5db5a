package io.github.resilientllm.springai;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads that block for an answer of Spring AI. Virtual ones where there are: an interrupt
 * closes the connection that such a thread waits for. They inherit nothing of whoever happens to
 * make one.
 */
final class AttemptThreads {
  /** A bound that a healthy application does not meet; beyond it a call fails, not the JVM. */
  private static final int MOST = 4096;

  private static final int IDLE_SECONDS = 10;
  private static final String NAME = "resilient-llm-spring-ai";
  private static final Executor THREADS = threads();

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
   * For reading a stream, by threads that have what another one has. Not one of Reactor's: behind
   * one whose thread waits for a vendor, other work would wait, too.
   */
  static Scheduler scheduler(AskedFrom from) {
    return Schedulers.fromExecutor(task -> run(from.around(task)));
  }

  private static Executor threads() {
    try {
      return virtual();
    } catch (ReflectiveOperationException e) { // before JDK 21
      return new ThreadPoolExecutor(
          0,
          MOST,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          AttemptThreads::daemon);
    }
  }

  /** By reflection, for this is compiled for 17. */
  private static Executor virtual() throws ReflectiveOperationException {
    Class<?> builder = Class.forName("java.lang.Thread$Builder");
    Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
    builder.getMethod("name", String.class).invoke(virtual, NAME);
    builder.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(virtual, false);
    ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(virtual);
    return task -> factory.newThread(task).start();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(null, task, NAME, 0, false);
    thread.setDaemon(true);
    return thread;
  }
}
