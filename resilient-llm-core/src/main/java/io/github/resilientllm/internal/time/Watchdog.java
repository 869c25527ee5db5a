package io.github.resilientllm.internal.time;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The one thread that looks at all watches: every 10 ms while there are any, and not at all when
 * there have been none for a while, for then it ends.
 *
 * <p>Polling, and not a queue of timers, because almost no watch ever expires: putting one up and
 * taking it down is a link in a list, wakes nobody, and moving its instant costs nothing here.
 */
final class Watchdog implements Runnable {
  /** How late an expiry may be noticed. Below what a person or a vendor notices. */
  private static final long TICK_NANOS = 10_000_000;

  /** How long the thread stays with nothing to watch, so that call after call does not start it. */
  private static final long LINGER_NANOS = 5_000_000_000L;

  /** Locks to spread the threads over; a power of two. */
  private static final int STRIPES = 16;

  private final Time time;
  private final Stripe[] stripes = new Stripe[STRIPES];
  private volatile boolean running; // written under this object's lock

  Watchdog(Time time) {
    this.time = time;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  void add(Watch watch) {
    // By thread, for calls that share a thread do not meet. Not by the watch's identity hash, which
    // takes longer to make than all the rest takes.
    watch.stripe = (int) Thread.currentThread().getId() & (STRIPES - 1);
    stripes[watch.stripe].add(watch);
    if (!running) {
      start();
    }
  }

  void remove(Watch watch) {
    stripes[watch.stripe].remove(watch);
  }

  @Override
  public void run() {
    List<Watch> due = new ArrayList<>();
    long lastBusy = time.nanos();
    while (true) {
      long now = time.nanos();
      long wake = now + TICK_NANOS;
      boolean busy = false;
      for (Stripe stripe : stripes) {
        long earliest = stripe.collect(now, due);
        busy |= earliest != Stripe.EMPTY;
        wake = Math.min(wake, earliest);
      }
      for (Watch watch : due) {
        expire(watch);
      }
      due.clear();
      if (busy) {
        lastBusy = now;
      } else if (now - lastBusy > LINGER_NANOS && stop()) {
        return;
      }
      time.park(wake);
    }
  }

  private static void expire(Watch watch) {
    try {
      watch.expired();
    } catch (RuntimeException | Error e) { // one bad provider must not take everybody's clocks away
      LoggerFactory.getLogger(Watchdog.class).warn("Closing an expired attempt failed", e);
    }
  }

  private synchronized void start() {
    if (!running) {
      Thread thread = new Thread(this, "resilient-llm-watchdog");
      thread.setDaemon(true);
      thread.setContextClassLoader(null); // it outlives the application that happened to start it
      thread.start();
      running = true; // not before: a thread that could not be made is made the next time
    }
  }

  /** Ends the thread unless a watch came meanwhile: {@link #add} links before it reads the flag. */
  private synchronized boolean stop() {
    running = false;
    for (Stripe stripe : stripes) {
      if (!stripe.isEmpty()) {
        running = true;
        return false;
      }
    }
    return true;
  }

  /** A list of watches under one lock. */
  private static final class Stripe {
    static final long EMPTY = Long.MAX_VALUE;

    private @Nullable Watch head;

    synchronized void add(Watch watch) {
      watch.next = head;
      if (head != null) {
        head.previous = watch;
      }
      head = watch;
    }

    synchronized void remove(Watch watch) {
      Watch before = watch.previous;
      Watch after = watch.next;
      if (before != null) {
        before.next = after;
      } else if (head == watch) {
        head = after;
      }
      if (after != null) {
        after.previous = before;
      }
      watch.previous = null;
      watch.next = null;
    }

    synchronized boolean isEmpty() {
      return head == null;
    }

    /** Moves what is due to the list; returns the earliest instant left, or {@link #EMPTY}. */
    synchronized long collect(long now, List<Watch> due) {
      long earliest = EMPTY;
      for (Watch watch = head; watch != null; watch = watch.next) {
        if (watch.tryExpire(now)) {
          due.add(watch);
        }
        earliest = Math.min(earliest, Math.min(watch.expiry(), EMPTY - 1));
      }
      return earliest;
    }
  }
}
