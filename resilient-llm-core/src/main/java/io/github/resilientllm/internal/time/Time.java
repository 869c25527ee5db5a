package io.github.resilientllm.internal.time;

/**
 * The engine's only source of time and its only way to wait, so that a test can be both.
 *
 * <p>Instants are nanoseconds since an origin of the implementation's choice, never negative and
 * monotonic; {@link #NEVER} is later than all of them.
 */
public interface Time {

  /** An instant that does not come. */
  long NEVER = Long.MAX_VALUE;

  /** The present instant. */
  long nanos();

  /**
   * Blocks the current thread until it is {@link #unpark unparked} or interrupted, or the instant
   * has come. May return for no reason; an unpark that came before is not lost.
   */
  void park(long until);

  /** Makes a {@link #park} of the thread return, now or the next time. */
  void unpark(Thread thread);

  /** Begins to look after a watch, which the current thread mostly reads; see {@link Watch}. */
  void watch(Watch watch);

  /** Ends what {@link #watch} began. */
  void unwatch(Watch watch);

  /**
   * Runs a task that may block on a thread of its own: what a watch's action must not do itself.
   * Returns at once, but where memory or threads have run out, when it runs the task here.
   */
  void elsewhere(Runnable task);

  /**
   * Closes something whose closing may block, though it should not, on a thread of its own. Returns
   * at once, but where memory or threads have run out, when it closes it here.
   */
  void close(Runnable closing);

  /** The real time of this machine. */
  static Time system() {
    return SystemTime.INSTANCE;
  }
}
