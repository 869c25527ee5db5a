package io.github.resilientllm.internal.time;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A deadline over a thread that is blocked in I/O, where it can wait for no timer of ours.
 *
 * <p>Before it blocks the thread {@link #arm arms} the watch, afterwards it {@link #disarm disarms}
 * it: two writes, no timer object and no lock, so that a clock for each chunk of a stream costs
 * next to nothing. Once the instant has come or the blocked thread is interrupted (a thread blocked
 * in a socket does not notice that by itself) the watch has expired, for good, and {@link Time}
 * runs its action.
 */
public final class Watch {
  private static final long EXPIRED = Long.MIN_VALUE;

  /** The watch is in no wheel, or has been taken out of it. */
  static final long NOT_FILED = Long.MIN_VALUE;

  private final Runnable action;
  private final AtomicLong at; // the instant of expiry, or EXPIRED

  // Of the threads that arm it, one after the other.
  @Nullable Thread reader; // who was blocked last, or began to watch it
  private @Nullable Thread blocked; // published by the write of the instant after it

  // Of the stripe; guarded by its lock.
  @Nullable Stripe stripe; // written before the watch is filed, and then not again
  volatile long filed = NOT_FILED; // the tick at which its wheel looks at it; read without the lock
  @Nullable Watch next; // in its slot
  @Nullable Watch previous;
  @Nullable Readers readers; // that it is among
  int place; // among them

  /** The next one that has expired; of the watchdog. */
  @Nullable Watch nextExpired;

  /**
   * A watch that expires at an instant unless it is armed for another.
   *
   * @param action runs once, when it expires, without a lock, on a thread that few share: it may
   *     close something, and should not take long over it
   */
  public Watch(long at, Runnable action) {
    this.at = new AtomicLong(at);
    this.action = action;
  }

  /**
   * The current thread is about to block until this instant at the latest. If the watch has expired
   * before, it stays so.
   */
  public void arm(long at) {
    Thread me = Thread.currentThread();
    blocked = me;
    moveTo(at);
    if (me != reader && filed != NOT_FILED && stripe != null) {
      stripe.readBy(this, me);
    }
  }

  /**
   * The thread is no longer blocked; the watch now expires at another instant.
   *
   * @return whether all is well: false if the watch has expired
   */
  public boolean disarm(long at) {
    blocked = null;
    return moveTo(at);
  }

  /** Whether it has expired; its action has run, or is about to. */
  public boolean isExpired() {
    return at.get() == EXPIRED;
  }

  /** The instant of expiry; {@link Time#NEVER} when it has expired, for it does so once. */
  public long expiry() {
    long instant = at.get();
    return instant == EXPIRED ? Time.NEVER : instant;
  }

  /**
   * Expires the watch if its instant has come or its thread is interrupted.
   *
   * @return whether the caller is now the one to see to it that the action runs
   */
  public boolean tryExpire(long now) {
    long instant = at.get();
    Thread thread = blocked;
    boolean due = instant <= now || (thread != null && thread.isInterrupted());
    return instant != EXPIRED && due && at.compareAndSet(instant, EXPIRED);
  }

  /** What is to be done once it has expired. */
  public Runnable action() {
    return action;
  }

  private boolean moveTo(long instant) {
    long before = at.get();
    while (before != EXPIRED) {
      if (at.compareAndSet(before, instant)) {
        refileIfSooner(instant);
        return true;
      }
      before = at.get();
    }
    return false;
  }

  /**
   * A clock that moves later needs nothing: it is found where it was filed, and filed anew. One
   * that moves sooner than that is filed anew here. The wheel writes where it files the watch and
   * then reads the instant again, this writes the instant and then reads where: one of them sees.
   */
  private void refileIfSooner(long instant) {
    if (Wheel.tickOf(instant) < filed && stripe != null) {
      stripe.refile(this);
    }
  }
}
