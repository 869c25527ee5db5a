package io.github.resilientllm.internal.time;

import java.util.concurrent.locks.LockSupport;

/** The real time: {@link System#nanoTime} and parked threads. */
final class SystemTime implements Time {
  static final SystemTime INSTANCE = new SystemTime();

  private final long origin = System.nanoTime();
  private final Watchdog watchdog = new Watchdog(this);

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
}
