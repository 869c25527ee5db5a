package io.github.resilientllm.internal.time;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A deadline over a thread that is blocked in I/O, where it can wait for no timer of ours.
 *
 * <p>Before it blocks the thread {@link #arm arms} the watch, afterwards it {@link #disarm disarms}
 * it: two writes, no timer object and no lock, so that a clock per chunk of a stream costs next to
 * nothing. {@link Time} calls {@link #expired} on a thread of its own, once, when the instant comes
 * or the blocked thread is interrupted (a thread blocked in a socket does not notice that by
 * itself).
 *
 * <p>The long that it extends is the instant of expiry, or {@link #EXPIRED}.
 */
public abstract class Watch extends AtomicLong {
  private static final long serialVersionUID = 1L;
  private static final long EXPIRED = Long.MIN_VALUE;

  private transient @Nullable Thread blocked; // published by the write of the instant after it

  // The watchdog's; written when it is added.
  int stripe;

  // The watchdog's list; guarded by the stripe's lock.
  transient @Nullable Watch next;
  transient @Nullable Watch previous;

  /** A watch that expires at an instant unless it is armed for another. */
  protected Watch(long at) {
    super(at);
  }

  /**
   * The current thread is about to block until this instant at the latest. If the watch has expired
   * before, it stays so.
   */
  public final void arm(long at) {
    blocked = Thread.currentThread();
    moveTo(at);
  }

  /**
   * The thread is no longer blocked; the watch now expires at another instant.
   *
   * @return whether all is well: false if the watch has expired
   */
  public final boolean disarm(long at) {
    blocked = null;
    return moveTo(at);
  }

  /** Whether {@link #expired} was, or is being, called. */
  public final boolean isExpired() {
    return get() == EXPIRED;
  }

  /** The instant of expiry; {@link Time#NEVER} when it has expired, for it does so once. */
  public final long expiry() {
    long at = get();
    return at == EXPIRED ? Time.NEVER : at;
  }

  /**
   * Expires the watch if its instant has come or its thread is interrupted.
   *
   * @return whether the caller is now the one to call {@link #expired}
   */
  public final boolean tryExpire(long now) {
    long at = get();
    if (at == EXPIRED) {
      return false;
    }
    Thread thread = blocked;
    boolean due = at <= now || (thread != null && thread.isInterrupted());
    return due && compareAndSet(at, EXPIRED);
  }

  /** The instant has come. Called once, on another thread, without a lock. Must not block. */
  public abstract void expired();

  private boolean moveTo(long at) {
    long before = get();
    while (before != EXPIRED) {
      if (compareAndSet(before, at)) {
        return true;
      }
      before = get();
    }
    return false;
  }
}
