package io.github.resilientllm.internal.time;

import org.jspecify.annotations.Nullable;

/**
 * A hashed timing wheel (Varghese and Lauck 1987): a ring of slots, one for each tick, in which a
 * watch is filed under the tick of its instant.
 *
 * <p>What is far ahead shares a slot with what is near and is passed over until its round. A watch
 * whose clock has moved on meanwhile is found in its old slot and filed anew. So a turn costs what
 * is due and not what is there. Guarded by its {@link Stripe}.
 */
final class Wheel {
  /** A tick is 2^23 ns, 8.4 ms: with what a thread takes to wake, a clock acts within 10 ms. */
  private static final int TICK_BITS = 23;

  static final long TICK_NANOS = 1L << TICK_BITS;

  /** A round of 4.3 s: a clock of a minute is passed over 14 times. A power of two. */
  private static final int SLOTS = 512;

  private final @Nullable Watch[] slots = new Watch[SLOTS];
  private long turned; // the tick that it has come to

  /** The first tick at which an instant has come. */
  static long tickOf(long instant) {
    return (instant >> TICK_BITS) + 1;
  }

  /** Files a watch that is in no slot under its instant. */
  void file(Watch watch) {
    long tick;
    do { // again if it moves to a sooner one meanwhile and could not see where it is filed
      tick = Math.max(tickOf(watch.expiry()), turned + 1);
      watch.filed = tick;
    } while (tickOf(watch.expiry()) < tick && tick > turned + 1);
    int slot = slotOf(tick);
    Watch head = slots[slot];
    watch.previous = null;
    watch.next = head;
    if (head != null) {
      head.previous = watch;
    }
    slots[slot] = watch;
  }

  /** Takes a watch out, if it is in. */
  void remove(Watch watch) {
    if (watch.filed == Watch.NOT_FILED) {
      return;
    }
    Watch before = watch.previous;
    Watch after = watch.next;
    if (before == null) {
      slots[slotOf(watch.filed)] = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    watch.previous = null;
    watch.next = null;
    watch.filed = Watch.NOT_FILED;
  }

  /** Looks at each watch whose tick has come; who is not due after all is filed anew. */
  void turn(long now, Expired expired) {
    long last = turned;
    turned = Math.max(last, now >> TICK_BITS);
    for (long tick = Math.max(last, turned - SLOTS) + 1; tick <= turned; tick++) {
      Watch watch = slots[slotOf(tick)];
      while (watch != null) {
        Watch after = watch.next;
        if (watch.filed <= turned) {
          remove(watch);
          if (!expired.addIfDue(watch, now)) {
            file(watch);
          }
        }
        watch = after;
      }
    }
  }

  private static int slotOf(long tick) {
    return (int) tick & (SLOTS - 1);
  }
}
