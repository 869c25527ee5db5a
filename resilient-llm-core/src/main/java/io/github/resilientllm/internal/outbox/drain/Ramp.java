package io.github.resilientllm.internal.outbox.drain;

/**
 * How many items may be asked, and when: it starts with one alone, raises the rate answer by
 * answer, halves it when the vendor has no room, and stops while no target can be asked.
 *
 * <p>A rate, not a number in flight: most vendors limit requests in a time, and one in flight can
 * already be more than a vendor has that comes back at a tenth of itself. Once a rate was refused
 * it is known about how much there is: the next ascent goes there at once, and then creeps, so that
 * refusals stay below one in a hundred. It decides only; used under a lock.
 */
final class Ramp {
  private static final long SECOND = 1_000_000_000L;

  /** A start that the smallest account takes, and in a minute ten times as much. */
  private static final double START = 1;

  /** Added by each answer while nothing was refused: e-fold in 20 s, whatever the rate is. */
  private static final double STEP = 0.05;

  private static final double LEAST = 1.0 / 60;
  private static final double MOST = 2_000;

  /** Of the rate that was refused: it was too much, but mostly not by far. */
  private static final double NEAR = 0.93;

  /** Below this a refusal does not show where the limit is. */
  private static final double FAR = 0.8;

  /** Answers from the half back to near. */
  private static final int ASCENT = 12;

  /** Answers from near to where it was refused: the price of each try is one or two refusals. */
  private static final int CREEP = 300;

  /** Failures in a row after which one alone tries. */
  private static final int IN_A_ROW = 5;

  private static final long FIRST_BACKOFF = SECOND;
  private static final long MOST_BACKOFF = 60 * SECOND;

  private final int mostInFlight;
  private boolean isAlone = true; // only a canary may go
  private double rate = START;
  private double limit; // about where it is refused; 0 if it was not yet
  private int sinceHalved = Integer.MAX_VALUE; // answers
  private long halvedAt;
  private long nextTurn;
  private long blockedUntil;
  private long backoff = FIRST_BACKOFF;
  private int failuresInARow;
  private int inFlight;
  private boolean isPaced; // the last start had waited for its turn
  private boolean wasTold; // that the vendor asks to wait, at this very look and the one before

  Ramp(int mostInFlight) {
    this.mostInFlight = mostInFlight;
  }

  /**
   * Takes note of how the targets stand.
   *
   * @param isOpen whether any of them can be asked
   * @param waitNanos how long the first of them wants to be left alone; 0 if it does not
   */
  void look(boolean isOpen, long waitNanos, long now) {
    if (!isOpen) {
      isAlone = true;
      failuresInARow = 0;
      blockedUntil = Math.max(blockedUntil, now + Math.min(waitNanos, MOST_BACKOFF));
      return;
    }
    boolean isTold = waitNanos > 0;
    if (isTold) {
      blockedUntil = Math.max(blockedUntil, now + Math.min(waitNanos, MOST_BACKOFF));
      if (!wasTold) {
        halve(now, now); // others were refused: there is no room for those who can wait
      }
    }
    wasTold = isTold;
  }

  /** How many may start now. */
  int mayStart(long now) {
    if (now < blockedUntil || inFlight >= mostInFlight) {
      return 0;
    }
    if (isAlone) {
      return inFlight == 0 ? 1 : 0;
    }
    if (now < nextTurn) {
      return 0;
    }
    // What a look every tenth of a second lets through at once.
    int due = 1 + (int) Math.min((now - nextTurn) / interval(), (long) (rate / 10));
    return Math.min(due, mostInFlight - inFlight);
  }

  /** When more may start; what ends or is looked at before may change it. */
  long nextTurn(long now) {
    long next = Math.max(now, blockedUntil);
    return isAlone || inFlight >= mostInFlight ? next : Math.max(next, nextTurn);
  }

  /** Some start now. */
  void started(int count, long now) {
    inFlight += count;
    if (!isAlone) {
      isPaced = now - nextTurn <= Math.max(2 * interval(), SECOND);
      nextTurn = Math.max(nextTurn, now - count * interval()) + count * interval();
      nextTurn = Math.max(nextTurn, now + (count > 1 ? 0 : interval() / 2));
    }
  }

  /** One that had started was not asked. */
  void dropped() {
    inFlight--;
  }

  /**
   * One was answered, or refused for its own sake.
   *
   * @param since when it was asked
   * @param wasRefused whether the vendor had no room for it at first
   */
  void answered(long since, boolean wasRefused, long now) {
    inFlight--;
    failuresInARow = 0;
    backoff = FIRST_BACKOFF;
    if (isAlone) {
      isAlone = false;
      rate = START;
      limit = 0;
      nextTurn = now + interval();
    }
    if (wasRefused) {
      halve(since, now);
    } else if (isPaced) {
      grow();
    }
  }

  /** One was not answered. */
  void failed(long since, Blame blame, long now) {
    inFlight--;
    if (blame == Blame.NOBODY || blame == Blame.DOUBT) {
      return;
    }
    failuresInARow++;
    if (blame == Blame.OVERLOAD) {
      halve(since, now);
    }
    if (isAlone || failuresInARow >= IN_A_ROW) {
      isAlone = true;
      blockedUntil = Math.max(blockedUntil, now + backoff);
      backoff = Math.min(2 * backoff, MOST_BACKOFF);
    }
  }

  private void grow() {
    sinceHalved = Math.min(sinceHalved + 1, Integer.MAX_VALUE - 1);
    double near = NEAR * limit;
    if (limit == 0) {
      rate += STEP;
    } else if (rate < near) {
      rate = Math.min(near, rate + (near - limit / 2) / ASCENT);
    } else if (rate < 1.1 * limit) {
      rate += (limit - near) / CREEP;
    } else {
      limit = 0; // there is more than there was
    }
    rate = Math.min(rate, MOST);
  }

  /** Once for all that began before. */
  private void halve(long since, long now) {
    if (since < halvedAt) {
      return;
    }
    if (limit == 0) {
      limit = rate;
    } else if (rate < FAR * limit) {
      limit *= NEAR; // others' load, or chance; when it goes on so, there is less
    } else {
      limit = sinceHalved < CREEP / 2 ? Math.min(limit, rate) * NEAR : rate;
    }
    limit = Math.max(limit, 2 * LEAST);
    rate = Math.max(LEAST, Math.min(rate, limit) / 2);
    sinceHalved = 0;
    halvedAt = now;
    nextTurn = now + interval();
  }

  private long interval() {
    return (long) (SECOND / rate);
  }

  boolean isAlone() {
    return isAlone;
  }

  int inFlight() {
    return inFlight;
  }

  /** Items a second. */
  double rate() {
    return rate;
  }
}
