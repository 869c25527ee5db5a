package io.github.resilientllm.internal.time;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when every thread waits, and then at once.
 *
 * <p>Of the threads that take part ({@link #run}'s own, and those of {@link #execute}) exactly one
 * runs at a time; when it parks or ends, the next one goes on that may; when none may, the clock
 * jumps to the next instant at which one will. So a test of hours takes milliseconds, and the same
 * seed gives the same run.
 *
 * <p>It is here, and not among the tests, because the test kit gives it to applications.
 */
public class VirtualTime implements Time, Executor {
  private static final ExecutorService POOL =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "virtual-time");
            thread.setDaemon(true);
            return thread;
          });

  private final Object lock = new Object();
  private final Set<Participant> participants = new LinkedHashSet<>();
  private final Map<Thread, Participant> byThread = new HashMap<>();
  private final ArrayDeque<Participant> ready = new ArrayDeque<>();
  private final List<Watch> watches = new ArrayList<>();
  private volatile @Nullable Participant running;
  private volatile long now;
  private @Nullable RuntimeException stuck;

  /** Runs the body as the first participant and returns when it and all it started have ended. */
  public void run(ThrowingRunnable body) throws Exception {
    Participant main = new Participant(Thread.currentThread());
    synchronized (lock) {
      participants.add(main);
      byThread.put(Thread.currentThread(), main);
      running = main;
    }
    try {
      body.run();
      awaitOthers();
    } finally {
      synchronized (lock) {
        participants.remove(main);
        byThread.remove(Thread.currentThread());
        running = null;
      }
    }
  }

  @Override
  public long nanos() {
    return now;
  }

  /** The present instant as a duration since the beginning. */
  public Duration elapsed() {
    return Duration.ofNanos(now);
  }

  @Override
  public void park(long until) {
    Participant me = me();
    synchronized (lock) {
      if (me.permit || Thread.currentThread().isInterrupted() || until <= now) {
        me.permit = false;
        return;
      }
      me.until = until;
      me.parked = true;
      next();
    }
    awaitTurn(me);
  }

  /** Waits for a time whatever happens, as a slow vendor does. */
  public void pass(Duration time) {
    long end = now + time.toNanos();
    while (now < end) {
      park(end);
    }
  }

  @Override
  public void unpark(Thread thread) {
    synchronized (lock) {
      Participant participant = byThread.get(thread);
      if (participant == null) {
        return;
      }
      if (participant.parked) {
        wake(participant);
      } else {
        participant.permit = true;
      }
    }
  }

  /** Interrupts a participant. */
  public void interrupt(Thread thread) {
    thread.interrupt();
    expire();
    unpark(thread);
  }

  @Override
  public void watch(Watch watch) {
    synchronized (lock) {
      watches.add(watch);
    }
  }

  @Override
  public void unwatch(Watch watch) {
    synchronized (lock) {
      watches.remove(watch);
    }
  }

  @Override
  public void elsewhere(Runnable task) {
    execute(task);
  }

  @Override
  public void close(Runnable closing) {
    execute(closing);
  }

  /** The watches that are up; none when no attempt is under way. */
  public int watched() {
    synchronized (lock) {
      return watches.size();
    }
  }

  @Override
  public void execute(Runnable task) {
    Participant me = new Participant(null);
    synchronized (lock) { // at once: the order of participants is the order of execute()
      participants.add(me);
      ready.add(me);
    }
    POOL.execute(
        () -> {
          synchronized (lock) {
            me.thread = Thread.currentThread();
            byThread.put(me.thread, me);
          }
          awaitTurn(me);
          try {
            task.run();
          } finally {
            boolean unused = Thread.interrupted(); // the pool's thread goes on
            synchronized (lock) {
              participants.remove(me);
              byThread.remove(Thread.currentThread());
              next();
            }
          }
        });
  }

  private void awaitOthers() {
    while (true) {
      synchronized (lock) {
        if (participants.size() == 1) {
          return;
        }
        Participant me = me();
        me.permit = false;
        me.until = now + Duration.ofDays(1).toNanos();
        me.parked = true;
        me.lastResort = true;
        next();
      }
      awaitTurn(me());
      me().lastResort = false;
    }
  }

  private Participant me() {
    synchronized (lock) {
      Participant me = byThread.get(Thread.currentThread());
      if (me == null) {
        throw new IllegalStateException("Not a thread of this virtual time");
      }
      return me;
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing depends on the yield but other threads' pace
  private void awaitTurn(Participant me) {
    while (running != me) {
      if (Thread.currentThread().isInterrupted()) {
        Thread.yield(); // park would return at once, and the status must be kept
      } else {
        LockSupport.park(this);
      }
    }
    if (stuck != null) {
      throw stuck;
    }
  }

  /** Hands over to the next participant, letting time pass if none is ready. Holds the lock. */
  private void next() {
    while (ready.isEmpty()) {
      long soonest = NEVER;
      for (Participant participant : participants) {
        if (participant.parked && !participant.lastResort) {
          soonest = Math.min(soonest, participant.until);
        }
      }
      for (Watch watch : watches) {
        soonest = Math.min(soonest, watch.expiry());
      }
      if (soonest == NEVER) {
        wakeLastResort();
        break;
      }
      now = Math.max(now, soonest);
      expire();
      for (Participant participant : participants) {
        if (participant.parked && participant.until <= now) {
          wake(participant);
        }
      }
    }
    Participant next = ready.poll();
    running = next;
    if (next != null) {
      LockSupport.unpark(next.thread); // null if it is yet to start, and then sees that it runs
    }
  }

  private void wakeLastResort() {
    if (participants.stream().anyMatch(participant -> !participant.lastResort)) {
      stuck = new IllegalStateException("Every thread waits for ever: " + byThread.keySet());
    }
    participants.forEach(this::wake);
  }

  private void expire() {
    List<Watch> due = new ArrayList<>();
    synchronized (lock) {
      for (Watch watch : watches) {
        if (watch.tryExpire(now)) {
          due.add(watch);
        }
      }
    }
    due.forEach(watch -> watch.action().run());
  }

  private void wake(Participant participant) {
    if (participant.parked) {
      participant.parked = false;
      ready.add(participant);
    }
  }

  /** A body that may throw. */
  @FunctionalInterface
  public interface ThrowingRunnable {
    /** Runs. */
    void run() throws Exception;
  }

  private static final class Participant {
    @Nullable Thread thread;
    boolean parked;
    boolean permit;
    boolean lastResort;
    long until;

    Participant(@Nullable Thread thread) {
      this.thread = thread;
    }
  }
}
