package io.github.resilientllm.internal.time;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Daemon threads for one kind of task: made on demand up to a bound, ended when idle.
 *
 * <p>A task that finds them all busy waits, first come, first served, in a queue that is bounded as
 * well. A thread that cannot be made, for containers limit them, is one less, and no failure while
 * there are others. The threads inherit nothing from whoever happened to need them first: no {@link
 * InheritableThreadLocal} and no context class loader, which they would keep alive.
 *
 * <p>Not a {@code ThreadPoolExecutor}, which makes its threads before it queues only if the queue
 * refuses tasks, and which loses a task when a thread for it cannot be made.
 */
public final class Lane implements Executor {
  /** So long that a steady trickle of tasks does not make a thread for each. */
  private static final long LINGER_NANOS = 10_000_000_000L;

  /** What a call takes that waits is 0.8 KB; its request was the application's before it came. */
  private static final long WAITING_BYTES = 1024;

  private final String name;
  private final int mostThreads;
  private final int mostWaiting;
  private final long lingerNanos;
  private final ThreadFactory threadFactory;

  private final Object lock = new Object();
  // Guarded by the lock. One of the two is empty.
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final ArrayDeque<Worker> idle = new ArrayDeque<>(); // the last one is woken first
  private int threads;
  private int bound; // on the threads; lower than the most while no more can be made

  /** A lane without threads yet. */
  public Lane(String name, int mostThreads, int mostWaiting) {
    this(name, mostThreads, mostWaiting, LINGER_NANOS, task -> thread(name, task));
  }

  Lane(
      String name,
      int mostThreads,
      int mostWaiting,
      long lingerNanos,
      ThreadFactory threadFactory) {
    this.name = name;
    this.mostThreads = mostThreads;
    this.mostWaiting = mostWaiting;
    this.lingerNanos = lingerNanos;
    this.threadFactory = threadFactory;
    this.bound = mostThreads;
  }

  /** So many waiting calls that they take a quarter of the heap. */
  public static int mostInMemory() {
    return (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 4 / WAITING_BYTES);
  }

  /**
   * Runs a task on one of the threads, now or when one comes free.
   *
   * @throws RejectedExecutionException if the queue is full, or there is no thread and none can be
   *     made
   */
  @Override
  public void execute(Runnable task) {
    synchronized (lock) {
      if (handToIdle(task)) {
        return;
      }
      if (threads >= bound) {
        await(task);
        return;
      }
      threads++;
    }
    start(task);
  }

  /** A daemon thread that inherits nothing. */
  static Thread thread(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    return thread;
  }

  /** The threads there are. */
  int threads() {
    synchronized (lock) {
      return threads;
    }
  }

  private void start(Runnable task) {
    try {
      new Worker(task).thread.start();
    } catch (RuntimeException | Error e) { // mostly an OutOfMemoryError, by a limit on threads
      synchronized (lock) {
        threads--;
        if (threads == 0) {
          throw new RejectedExecutionException("No thread can be made for " + name, e);
        }
        bound = threads; // not tried again for each task
        if (!handToIdle(task)) {
          await(task);
        }
      }
    }
  }

  /** Gives the task to an idle thread, if there is one. Holds the lock. */
  private boolean handToIdle(Runnable task) {
    Worker worker = idle.pollLast();
    if (worker == null) {
      return false;
    }
    worker.task = task;
    LockSupport.unpark(worker.thread);
    return true;
  }

  /** Queues a task. Holds the lock. */
  private void await(Runnable task) {
    if (waiting.size() >= mostWaiting) {
      throw new RejectedExecutionException(
          "All " + threads + " threads of " + name + " are busy, and " + mostWaiting + " wait");
    }
    waiting.add(task);
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) { // the thread is for others as well
      report(e);
    }
    boolean unused = Thread.interrupted(); // was meant for the task, if for anything
  }

  private void report(Throwable failure) {
    try {
      LoggerFactory.getLogger(Lane.class).warn("A task of {} failed", name, failure);
    } catch (Throwable e) { // an appender may throw as well, and there is nobody left to tell
      return;
    }
  }

  /** One thread and what it is to run next. */
  private final class Worker implements Runnable {
    final Thread thread;
    @Nullable Runnable task; // guarded by the lock

    Worker(Runnable first) {
      this.task = first;
      this.thread = threadFactory.newThread(this);
    }

    @Override
    public void run() {
      for (Runnable next = next(); next != null; next = next()) {
        Lane.this.run(next);
      }
    }

    /** Waits for the next task; null when there has been none for long, and the thread ends. */
    private @Nullable Runnable next() {
      synchronized (lock) {
        if (task == null) {
          task = waiting.poll();
        }
        if (task != null) {
          return take();
        }
        idle.addLast(this);
        bound = mostThreads; // the rush is over, and in the next one there may be room for more
      }
      long until = System.nanoTime() + lingerNanos;
      while (true) {
        LockSupport.parkNanos(Lane.this, until - System.nanoTime());
        boolean unused = Thread.interrupted(); // or the next park would not wait
        synchronized (lock) {
          if (task != null) {
            return take();
          }
          if (System.nanoTime() - until >= 0) {
            idle.remove(this);
            threads--;
            return null;
          }
        }
      }
    }

    private @Nullable Runnable take() {
      Runnable taken = task;
      task = null;
      return taken;
    }
  }
}
