package io.github.resilientllm.internal.time;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that looks at clocks and interrupts: each tick while there are any watches, and
 * not at all when there have been none for a while, for then it ends.
 *
 * <p>It decides and hands over. No code of anybody else runs on it, not even the closing of a
 * socket, which can block: what stops this thread would stop the clocks of all clients. So nothing
 * here is logged either, and nothing that is thrown ends it.
 */
final class Watchdog implements Runnable {
  /** How long the thread stays with nothing to watch, so that call after call does not start it. */
  private static final long LINGER_NANOS = 5_000_000_000L;

  /** Virtual threads are looked at each 12 ticks, which is 101 ms. */
  private static final int TICKS_FOR_VIRTUAL_THREADS = 12;

  /** Locks to spread the threads over; a power of two. */
  private static final int STRIPES = 16;

  private final Time time;
  private final Executor actions;
  private final Stripe[] stripes = new Stripe[STRIPES];
  private volatile boolean running; // written under this object's lock

  // Of the watchdog's thread.
  private final Expired expired = new Expired();
  private int tick;
  private long lastBusy;

  /** Nothing to watch yet; the executor runs what watches are to do. */
  Watchdog(Time time, Executor actions) {
    this.time = time;
    this.actions = actions;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  void add(Watch watch) {
    // By thread, for calls that share a thread do not meet. Not by the watch's identity hash, which
    // takes longer to make than all the rest takes.
    stripes[(int) Thread.currentThread().getId() & (STRIPES - 1)].add(watch);
    if (!running) {
      start();
    }
  }

  void remove(Watch watch) {
    Stripe stripe = watch.stripe;
    if (stripe != null) {
      stripe.remove(watch);
    }
  }

  @Override
  public void run() {
    lastBusy = time.nanos();
    while (!looksInVain()) {
      time.park((time.nanos() / Wheel.TICK_NANOS + 1) * Wheel.TICK_NANOS);
      boolean unused = Thread.interrupted(); // nobody's business, and the next park is to wait
    }
  }

  /** Looks at all there is; whether there has been nothing for so long that the thread may end. */
  private boolean looksInVain() {
    try {
      long now = time.nanos();
      if (look(now)) {
        lastBusy = now;
        return false;
      }
      return now - lastBusy > LINGER_NANOS && stop();
    } catch (Throwable e) { // mostly memory is short; at the next tick it may not be
      return false;
    }
  }

  /** Whether there is still something to do. */
  private boolean look(long now) {
    boolean virtualThreadsToo = ++tick % TICKS_FOR_VIRTUAL_THREADS == 0;
    boolean busy = false;
    for (Stripe stripe : stripes) {
      busy |= stripe.expire(now, virtualThreadsToo, expired);
    }
    return !handOver() || busy;
  }

  /** Has the actions run; false if some could not be handed over and are to be the next time. */
  private boolean handOver() {
    for (@Nullable Watch watch = expired.first(); watch != null; watch = expired.first()) {
      try {
        actions.execute(watch.action());
      } catch (RejectedExecutionException e) { // no thread can be made
        return false;
      }
      expired.removeFirst();
    }
    return true;
  }

  private synchronized void start() {
    if (running) {
      return;
    }
    Lane.thread("resilient-llm-watchdog", this).start();
    running = true; // not before: a thread that could not be made is made the next time
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
}
