package io.github.resilientllm.internal.target;

/**
 * The rate that a vendor's refusals (429) leave a target: nothing is held back until they are more
 * than chance, then attempts are paced at the rate that was accepted, which falls with refusals and
 * grows with answers until the vendor's limit is found, and is let go of when nobody meets it.
 *
 * <p>One unlucky refusal must not slow everybody, and a true limit must be found although nobody
 * tells of it. So it has three states:
 *
 * <ul>
 *   <li><em>free</em>: no rate. Left when half of the last 8 outcomes or a sixth of the last 64 are
 *       refusals, which 4% of random ones do once in some thousand attempts.
 *   <li><em>paced</em>: attempts start at a rate. Each answer lets it grow along a cubic curve that
 *       is flat where the last refusal was (CUBIC, Ha, Rhee and Xu 2008; the AWS SDKs' adaptive
 *       mode uses it over time, this one over answers, for traffic to language models is slow). A
 *       refusal near that point is the limit: the rate falls by a tenth. One far below it is
 *       chance, and four of those show that refusals do not depend on the rate, which is let go of.
 *   <li><em>held</em>: four refusals in a row. One attempt at a time tries, after a second, then
 *       two, up to five or when the server said to come back. The first answer ends it, and what
 *       was accepted since the last hold, over the time since then, is the rate: for a vendor that
 *       counts in windows the exact one.
 * </ul>
 *
 * <p>The rate is forgotten when for a minute nobody has met it and nothing has been refused. Safe
 * for several threads.
 */
final class Throttle {
  private static final long SECOND = 1_000_000_000L;
  private static final long LONGEST_HOLD = 5 * SECOND;
  private static final int IN_A_ROW = 4;

  /** What is left of the rate after a refusal; near 1, for the limit is near. */
  private static final double KEPT = 0.9;

  /** So much below the last refusal's rate another refusal is chance. */
  private static final double NEAR = 0.97;

  private static final int CHANCES = 4;

  /** With so many answers between them refusals are rare enough to be chance. */
  private static final int RARE = 16;

  /** The answers from a fall of the rate until it is back, where windows are unknown or short. */
  private static final double ANSWERS_TO_RECOVER = 40;

  private static final int RING = 16;

  /** After so much time in which nobody met the rate it is let go of. */
  private static final long QUIET = 60 * SECOND;

  /** When so long nobody came to try, there is no load that would have to be slowed. */
  private static final long UNHURRIED = 5 * SECOND;

  /** The turns that a quiet time saves up: few, and enough for the unevenness of a small load. */
  private static final int SAVED_UP = 3;

  private enum State {
    FREE,
    PACED,
    HELD
  }

  // All guarded by this object's lock.
  private State state = State.FREE;
  private long outcomes; // the last 64, a refusal being a 1
  private int known;
  private int inARow; // refusals
  private long rowBegan;
  private final long[] accepted = new long[RING]; // the instants of the last answers
  private long acceptedCount;

  private double rate; // attempts a second
  private double rateBefore; // the last hold
  private double limit; // the rate at which the last refusal came
  private double sinceFall; // answers
  private double recovery = ANSWERS_TO_RECOVER;
  private long fellAt;
  private int chances;
  private long nextTurn;
  private long lastRefusal;

  private long lastAsked;
  private long lastHeldBack;

  private long tryAt;
  private boolean trying;
  private boolean wasWaitedFor;
  private long hold;
  private boolean hasHeld;
  private long periodSince = -1; // since the last hold ended, or the first attempt
  private long acceptedInPeriod;

  /** Whether an attempt is held back at this instant. */
  synchronized boolean holds(long now) {
    return turn(now) != 0;
  }

  /**
   * Takes a turn if there is one.
   *
   * @return 0 for a turn, or the instant of the next one
   */
  synchronized long tryTake(long now) {
    if (periodSince < 0 || now - lastAsked > QUIET) {
      periodSince = now; // what is accepted while nobody asks tells of no limit
      acceptedInPeriod = 0;
    }
    lastAsked = now;
    if (state == State.PACED && now - Math.max(lastHeldBack, lastRefusal) > QUIET) {
      reset();
    }
    long turn = turn(now);
    if (turn != 0) {
      lastHeldBack = now;
      return turn;
    }
    switch (state) {
      case FREE -> {}
      case HELD -> {
        trying = true;
        wasWaitedFor = now - tryAt < UNHURRIED;
        tryAt = now + hold;
      }
      case PACED -> nextTurn = Math.max(nextTurn, now - SAVED_UP * interval()) + interval();
    }
    return 0;
  }

  /** Whether the turn just taken is that of the one attempt that tries. */
  synchronized boolean isTrying() {
    return state == State.HELD && trying;
  }

  /** Gives a turn back that was not used. */
  synchronized void giveBack(boolean trial, long now) {
    if (trial && state == State.HELD) {
      trying = false;
      tryAt = now;
    } else if (state == State.PACED) {
      nextTurn -= interval();
    }
  }

  /** An attempt ended without saying anything of rates. */
  synchronized void undecided(boolean trial, long now) {
    if (trial && state == State.HELD) {
      trying = false;
      tryAt = Math.min(tryAt, now + SECOND);
    }
  }

  /**
   * The vendor took an attempt.
   *
   * @param since when it began
   * @param trial whether it is the one that tries, which ends the hold whatever else has come
   */
  synchronized void accepted(long since, boolean trial, long now) {
    outcomes <<= 1;
    known = Math.min(64, known + 1);
    inARow = 0;
    accepted[(int) (acceptedCount++ % RING)] = now;
    acceptedInPeriod++;
    switch (state) {
      case FREE -> {}
      case PACED -> grow();
      case HELD -> {
        if (trial
            || since
                >= rowBegan) { // what began before may have been taken before the limit was met
          resume(now);
        }
      }
    }
  }

  /**
   * The vendor refused an attempt.
   *
   * @param since when it began
   * @param told how long the server asked to wait; 0 if it did not
   */
  synchronized void refused(long since, boolean trial, long told, long now) {
    outcomes = outcomes << 1 | 1;
    known = Math.min(64, known + 1);
    if (inARow++ == 0) {
      rowBegan = now;
    }
    lastRefusal = now;
    if (state == State.HELD) {
      if (trial) {
        trying = false;
        hold = Math.min(LONGEST_HOLD, 2 * hold);
        tryAt = now + (told > 0 ? Math.min(told, hold) : hold);
      }
      return;
    }
    if (inARow >= IN_A_ROW) {
      rateBefore = state == State.FREE ? acceptedRate() : rate;
      state = State.HELD;
      fellAt = now;
      trying = false;
      hold = SECOND;
      tryAt = now + (told > 0 ? Math.min(told, hold) : hold);
      return;
    }
    if (state == State.FREE) {
      if (isMoreThanChance()) {
        pace(KEPT * acceptedRate(), now);
      }
      return;
    }
    if (since < fellAt) {
      return; // it began before the rate fell
    }
    if (rate < NEAR * limit && !isMoreThanChance()) {
      chances += inARow == 1 ? 1 : 0; // several in a row are one event
      if (chances < CHANCES) {
        return;
      }
      if (sinceFall >= CHANCES * RARE) {
        reset(); // they come whatever the rate is
        return;
      }
    }
    outcomes = 0;
    known = 0;
    limit = rate;
    rate *= KEPT;
    sinceFall = 0;
    fellAt = now;
    chances = 0;
  }

  /** Forgets the rate and what led to it. */
  synchronized void reset() {
    state = State.FREE;
    rate = 0;
    outcomes = 0;
    known = 0;
    inARow = 0;
    hasHeld = false;
    recovery = ANSWERS_TO_RECOVER;
  }

  private long turn(long now) {
    return switch (state) {
      case FREE -> 0;
      case PACED -> nextTurn <= now ? 0 : nextTurn;
      case HELD -> tryAt > now ? tryAt : trying ? now + hold : 0;
    };
  }

  private void resume(long now) {
    if (!wasWaitedFor) {
      reset();
      return;
    }
    double seconds = (double) (now - periodSince) / SECOND;
    double steady = acceptedInPeriod / Math.max(seconds, 0.001);
    if (hasHeld && acceptedInPeriod > IN_A_ROW) {
      recovery = Math.max(ANSWERS_TO_RECOVER, 2 * steady * Math.min(seconds, 60));
      pace(Math.min(rateBefore, steady), now);
    } else { // the first time it may as well have been an outage
      pace(rateBefore, now);
    }
    hasHeld = true;
    periodSince = now;
    acceptedInPeriod = 0;
  }

  /** Begins to pace at a rate a little below the one that is taken for the limit. */
  private void pace(double at, long now) {
    state = State.PACED;
    rate = at;
    limit = at / NEAR;
    sinceFall = recovery * (1 - Math.cbrt((1 - NEAR) / (1 - KEPT)));
    fellAt = now;
    chances = 0;
    inARow = 0;
    nextTurn = now + interval();
  }

  private void grow() {
    sinceFall++;
    double way = sinceFall / recovery - 1;
    rate = limit * (1 + (1 - KEPT) * way * way * way);
  }

  private boolean isMoreThanChance() {
    return (known >= 8 && Long.bitCount(outcomes & 0xFF) >= 4) || Long.bitCount(outcomes) >= 11;
  }

  /**
   * The rate of the last answers, in answers a second; at least one a second. While nothing is held
   * back a lower one tells what was asked and not what would have been taken: after a quiet night
   * the first refusals must not leave one attempt a minute. A limit that is lower is found by more
   * refusals.
   */
  private double acceptedRate() {
    int count = (int) Math.min(RING, acceptedCount);
    if (count < 2) {
      return 1;
    }
    long first = accepted[(int) ((acceptedCount - count) % RING)];
    long last = accepted[(int) ((acceptedCount - 1) % RING)];
    return Math.max(1, (count - 1) * (double) SECOND / Math.max(1, last - first));
  }

  private long interval() {
    return (long) Math.min(60.0 * SECOND, SECOND / rate);
  }
}
