package io.github.resilientllm.internal.time;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

/** The real time: {@link System#nanoTime}, parked threads, and a few of its own. */
final class SystemTime implements Time {
  static final SystemTime INSTANCE = new SystemTime();

  /**
   * Closing takes microseconds, so one or two are enough; the rest is for transports whose close
   * blocks. Only when so many of them block at once do others' clocks wait.
   */
  private static final int MOST_CLOSERS = 64;

  /** Ends wait for listeners and journals, of which a few may be slow, but not all. */
  private static final int MOST_ENDERS = 16;

  private final long origin = System.nanoTime();
  private final Lane closers = new Lane("resilient-llm-closer", MOST_CLOSERS, Integer.MAX_VALUE);
  private final Lane enders = new Lane("resilient-llm-end", MOST_ENDERS, Lane.mostInMemory());
  private final Watchdog watchdog = new Watchdog(this, closers);

  private SystemTime() {}

  @Override
  public long nanos() {
    return System.nanoTime() - origin;
  }

  @Override
  public void park(long until) {
    if (until == NEVER) {
      LockSupport.park(this);
      return;
    }
    long nanos = until - nanos();
    if (nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    }
  }

  @Override
  public void unpark(Thread thread) {
    LockSupport.unpark(thread);
  }

  @Override
  public void watch(Watch watch) {
    watchdog.add(watch);
  }

  @Override
  public void unwatch(Watch watch) {
    watchdog.remove(watch);
  }

  @Override
  public void elsewhere(Runnable task) {
    run(task, enders);
  }

  @Override
  public void close(Runnable closing) {
    run(closing, closers);
  }

  private static void run(Runnable task, Lane lane) {
    try {
      lane.execute(task);
    } catch (RejectedExecutionException e) { // late is better than never
      task.run();
    }
  }
}
