package io.github.resilientllm.internal.target;

/**
 * What is left of one of a vendor's limits, counted in attempts, and spread over the time until the
 * vendor counts anew.
 *
 * <p>While much is left much of it may go at once; the less there is, the more evenly it is spread.
 * The last tenth is kept for interactive calls, and background calls have no burst, so that they
 * start only where interactive ones leave room.
 *
 * <p>When nothing is left, some vendors give it back bit by bit (a bucket) and some all at once (a
 * window), and both say only when all of it is back. So one attempt tests after the time in which
 * one would be back; if that is refused, the next times wait for the window's end. At that instant
 * all of it is taken for back, and is spread as before, until the vendor tells anew: those who
 * waited must not all start at once. Not safe for several threads.
 */
final class Allowance {
  /** Larger is no time until a reset but a mistake. */
  private static final long LONGEST = 24L * 3600 * 1_000_000_000;

  /**
   * Nothing is held back longer than this for what a vendor said once: many name the time until all
   * of it is back, not the time until the next request fits; and it may be wrong.
   */
  private static final long LONGEST_STEP = 60L * 1_000_000_000;

  private static final double KEPT = 0.1;

  private double limit;
  private double left;
  private long toldAt;
  private long resetAt; // before which all this holds
  private long period; // from one reset to the next, as the first word after one told
  private long teller; // the number of the attempt that was told
  private long next; // the instant of the next even step
  private long step;
  private long testAt; // when one may start although nothing is left
  private long testing; // the number of the attempt that tests; 0 for none
  private boolean windowed; // as the last test showed

  /**
   * Takes the vendor's word, unless it is absurd or older than what is known.
   *
   * @param limit of a full allowance; 0 or less if unknown
   * @param remaining as the attempt was told
   * @param resetNanos from {@code at}; 0 if the allowance is full, or nothing was said of it
   * @param teller the attempt's number; what was admitted after it is not in what remains
   * @param at the instant at which it was told
   */
  void told(double limit, double remaining, long resetNanos, long teller, long at, long now) {
    boolean absurd =
        remaining < 0 || resetNanos < 0 || resetNanos > LONGEST || (limit > 0 && remaining > limit);
    if (absurd || ((teller < this.teller || at < toldAt) && now < resetAt)) {
      return;
    }
    if (at + resetNanos > resetAt) { // the vendor counts anew since the last word
      period = resetNanos;
    }
    this.limit = limit > 0 ? limit : remaining;
    this.left = remaining;
    this.toldAt = at;
    this.resetAt = at + resetNanos;
    this.teller = teller;
    this.testAt = at + (windowed || limit <= 0 ? LONGEST_STEP : oneIn(resetNanos));
    next = Math.min(next, now + stepFrom(now, remaining) + burst(now, remaining));
  }

  /**
   * The server refused and said when to come again, which counts for more than when all is back; if
   * it did not say, one attempt finds out after the time in which one is counted anew.
   *
   * @param admitted the number of the last attempt that was admitted
   * @param delay from now; 0 if the server named none
   */
  void refused(long admitted, long delay, long now) {
    windowed |= testing != 0;
    testing = 0;
    if (now >= resetAt || left(admitted) >= 1) {
      return;
    }
    if (delay > 0) {
      testAt = now + delay;
    } else if (windowed) {
      testAt = now + LONGEST_STEP;
    } else if (limit > 0) {
      testAt = Math.min(testAt, now + oneIn(resetAt - toldAt));
    }
    next = Math.min(next, testAt);
  }

  /** The vendor took an attempt. */
  void answered(long number) {
    if (testing != 0 && number >= testing) {
      windowed = false;
      testing = 0;
    }
  }

  /**
   * The instant at which the next attempt may start; 0 if it may now.
   *
   * @param admitted the number of the last attempt that was admitted
   */
  long turn(long admitted, boolean background, long now) {
    renew(admitted, now);
    if (now >= resetAt) {
      return 0;
    }
    double here = left(admitted) - (background ? KEPT * limit : 0);
    long at = next - (background ? 0 : burst(now, here));
    if (here < 1) {
      at = Math.max(next, Math.min(resetAt, testAt));
    }
    return at <= now ? 0 : Math.min(at, resetAt);
  }

  /** Takes a turn. */
  void take(long admitted, long now) {
    if (now < resetAt) {
      boolean tests = left(admitted) < 1;
      if (tests) {
        testing = admitted + 1;
        testAt = now + LONGEST_STEP; // one at a time
      }
      step = tests && limit > 0 ? oneIn(resetAt - toldAt) : stepFrom(now, left(admitted));
      next = Math.max(next, now) + step;
    }
  }

  /** Gives the last turn back. */
  void giveBack() {
    next -= step;
  }

  /** Takes all of it for back at the reset, for as long again, until the vendor tells. */
  private void renew(long admitted, long now) {
    if (limit > 0 && period > 0 && now >= resetAt && now < resetAt + period) {
      left = limit;
      teller = admitted;
      toldAt = now;
      resetAt = now + period;
      next = now;
      testAt = now + LONGEST_STEP;
    }
  }

  /** The time in which one is counted anew, if all is in this time. */
  private long oneIn(long nanos) {
    return (long) Math.min(LONGEST_STEP, nanos / limit);
  }

  private double left(long admitted) {
    return left - (admitted - teller);
  }

  private long stepFrom(long now, double left) {
    return (long) Math.min(LONGEST_STEP, (resetAt - now) / Math.max(1, left));
  }

  /**
   * How far ahead of even steps an interactive call may go: half the time if nothing is used, so
   * that about a third of all may go at once.
   */
  private long burst(long now, double left) {
    return limit <= 0 ? 0 : (long) (0.5 * (resetAt - now) * Math.max(0, left) / limit);
  }
}
