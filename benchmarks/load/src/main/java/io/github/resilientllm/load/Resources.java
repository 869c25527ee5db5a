package io.github.resilientllm.load;

import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/** What this process has used so far. */
record Resources(long cpuNanos, long allocatedBytes) {
  private static final com.sun.management.OperatingSystemMXBean SYSTEM =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Up to now. What threads allocated that have ended is not in it. */
  static Resources now() {
    long allocated = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      allocated += Math.max(bytes, 0);
    }
    return new Resources(SYSTEM.getProcessCpuTime(), allocated);
  }

  Resources since(Resources before) {
    return new Resources(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes);
  }

  static int liveThreads() {
    return THREADS.getThreadCount();
  }

  /** The heap that is in use after several collections. */
  static long liveHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      LockSupport.parkNanos(20_000_000);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
