package io.github.resilientllm.springai;

import io.github.resilientllm.internal.thread.AskedFrom;
import io.github.resilientllm.internal.thread.Workers;
import java.util.concurrent.Executor;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads that block for an answer of Spring AI. Virtual ones where there are: an interrupt
 * closes the connection that such a thread waits for. Beyond a bound that a healthy application
 * does not meet a call fails, not the JVM.
 */
final class AttemptThreads {
  private static final Executor THREADS = Workers.refusing("resilient-llm-spring-ai");

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
}
