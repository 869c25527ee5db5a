package io.github.resilientllm.internal.time;

import org.jspecify.annotations.Nullable;

/**
 * The watches that have expired and whose actions nobody runs yet, first come, first served.
 *
 * <p>A chain through the watches themselves: what must not fail when memory is short makes no
 * objects. Of the watchdog's thread.
 */
final class Expired {
  private @Nullable Watch first;
  private @Nullable Watch last;

  /** Expires a watch if it is due; whether it was. */
  boolean addIfDue(Watch watch, long now) {
    if (!watch.tryExpire(now)) {
      return false;
    }
    if (last == null) {
      first = watch;
    } else {
      last.nextExpired = watch;
    }
    last = watch;
    return true;
  }

  @Nullable Watch first() {
    return first;
  }

  void removeFirst() {
    Watch watch = first;
    if (watch == null) {
      return;
    }
    first = watch.nextExpired;
    watch.nextExpired = null;
    if (first == null) {
      last = null;
    }
  }
}
