package io.github.resilientllm.postgres.internal.sql;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** What runs something later. The task is short, and may run on any thread. */
public interface Later {
  void after(Duration delay, Runnable task);

  /**
   * On a thread of its own, which ends when nothing is to be done: where an executor runs its tasks
   * in the caller, that is who waits for the database.
   */
  static Later make() {
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(
            1, task -> Workers.thread(task, "resilient-llm-postgres-timer"));
    thread.setKeepAliveTime(10, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
    return (delay, task) -> {
      Object unused = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    };
  }
}
