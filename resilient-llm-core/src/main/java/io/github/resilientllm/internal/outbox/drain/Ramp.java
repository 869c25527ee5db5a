package io.github.resilientllm.internal.outbox.drain;

/**
 * How many items all who share a store may ask, and when: it starts with one alone, raises the rate
 * answer by answer, halves it when the vendor has no room, and stops while no target can be asked.
 *
 * <p>A rate, not a number in flight: most vendors limit requests in a time, and one in flight can
 * already be more than a vendor has that comes back at a tenth of itself. Once a rate was refused
 * it is known about how much there is, and better the second time, by what was asked between the
 * two: the next ascent goes there at once, and then creeps, so that refusals stay far below one in
 * a hundred and live calls meet few of them. It decides only. It is written as a {@linkplain #text
 * line}, which is all that it is; times are by the store's clock, in nanoseconds since 1970. Not
 * safe for several threads.
 */
final class Ramp {
  private static final long SECOND = 1_000_000_000L;

  /** A start that the smallest account takes, and in a minute ten times as much. */
  private static final double START = 1;

  /** Added by each answer while nothing was refused: e-fold in 20 s, whatever the rate is. */
  private static final double STEP = 0.05;

  private static final double LEAST = 1.0 / 60;
  private static final double MOST = 2_000;

  /** Of what there is, or of a rate that was refused: it was too much, but mostly not by far. */
  private static final double NEAR = 0.93;

  /**
   * Below this a refusal after few starts may be others' load, or chance; not if it comes again.
   */
  private static final double FAR = 0.8;

  /** Above this, not being refused shows that there is more. */
  private static final double MORE = 1.15;

  /** Within this share, what was found out is what was known. */
  private static final double ALIKE = 0.1;

  /** Fewer starts between two refusals show little, for the rate was that of the ascent. */
  private static final int TELLING = 40;

  /** Where that was so once, and it is refused as early again, they do. */
  private static final int TELLING_AGAIN = 12;

  /** Answers from the half back to near. */
  private static final int ASCENT = 12;

  /**
   * From near to where it was refused takes so many answers, or those of so many seconds if that is
   * more. The price of each try is a refusal or two, and live calls wait then too, for as long as
   * the vendor says: where as much was found as before, the next try takes twice as long, and where
   * it is not refused, half as long.
   */
  private static final int CREEP = 150;

  private static final int CREEP_SECONDS = 30;
  private static final int MOST_CREEP = 300;
  private static final int MOST_CREEP_SECONDS = 180;
  private static final int LEAST_CREEP = 20;
  private static final int LEAST_CREEP_SECONDS = 2;

  /** Failures in a row after which one alone tries. */
  private static final int IN_A_ROW = 5;

  private static final long FIRST_BACKOFF = SECOND;
  private static final long MOST_BACKOFF = 60 * SECOND;

  /** Whoever tries alone says so again within this; after it another one may. */
  static final long PROBE = 60 * SECOND;

  /** Who is told by several at once, or by one again, was told once. */
  private static final long TOLD_ONCE = SECOND;

  /**
   * Answers that somebody else had within this show that only my own way to the vendor is barred.
   */
  private static final long LATELY = 10 * SECOND;

  /**
   * A limit that was lowered at each refusal, and never found, is forgotten when so many started
   * and none was refused, which is more than an ascent and a creep: those whose load drove it down
   * are gone, and from one item in a minute it would be days until the creep has raised it again.
   */
  private static final int GUESS_HOLDS = 200;

  /** What was found out so long ago says little of the vendor. */
  private static final long OLD = 600 * SECOND;

  private static final String FORMAT = "ramp1";

  private boolean isAlone = true; // only a canary may go
  private double rate = START;
  private double limit; // about where it is refused; 0 if it was not yet
  private boolean isGuess; // the limit is
  private int creep = CREEP; // answers
  private long halvedAt;
  private int starts; // since then, less those that were refused
  private int telling = TELLING;
  private boolean isUsedUp; // since then no turn was left out, and there was no more
  private long nextTurn;
  private long blockedUntil;
  private long backoff = FIRST_BACKOFF;
  private int failuresInARow;
  private boolean isPaced; // the last start had waited for its turn
  private long probeBy; // who tries alone; 0 for nobody
  private long probeUntil;
  private long answeredBy;
  private long answeredAt;

  /** What a line says; a new one if it says nothing that is known. */
  static Ramp of(String text, long now) {
    Ramp ramp = read(text);
    ramp.setBackTo(now);
    return ramp;
  }

  /** Where the store's clock was set back, nobody waits for the time that it had been. */
  private void setBackTo(long now) {
    nextTurn = Math.min(nextTurn, now + MOST_BACKOFF);
    blockedUntil = Math.min(blockedUntil, now + MOST_BACKOFF);
    probeUntil = Math.min(probeUntil, now + PROBE);
    halvedAt = Math.min(halvedAt, now);
    answeredAt = Math.min(answeredAt, now);
  }

  private static Ramp read(String text) {
    Ramp ramp = new Ramp();
    String[] words = text.split(" ", -1);
    if (words.length != 19 || !words[0].equals(FORMAT)) {
      return ramp;
    }
    try {
      int i = 1;
      ramp.isAlone = words[i++].equals("alone");
      ramp.rate = Double.parseDouble(words[i++]);
      ramp.limit = Double.parseDouble(words[i++]);
      ramp.isGuess = words[i++].equals("guessed");
      ramp.creep = Math.max(LEAST_CREEP, Integer.parseInt(words[i++]));
      ramp.halvedAt = Long.parseLong(words[i++]);
      ramp.starts = Integer.parseInt(words[i++]);
      ramp.telling = Integer.parseInt(words[i++]);
      ramp.isUsedUp = words[i++].equals("used");
      ramp.nextTurn = Long.parseLong(words[i++]);
      ramp.blockedUntil = Long.parseLong(words[i++]);
      ramp.backoff = Long.parseLong(words[i++]);
      ramp.failuresInARow = Integer.parseInt(words[i++]);
      ramp.isPaced = words[i++].equals("paced");
      ramp.probeBy = Long.parseLong(words[i++]);
      ramp.probeUntil = Long.parseLong(words[i++]);
      ramp.answeredBy = Long.parseLong(words[i++]);
      ramp.answeredAt = Long.parseLong(words[i]);
      return ramp;
    } catch (NumberFormatException e) {
      return new Ramp();
    }
  }

  /** All of it in a line. */
  String text() {
    return FORMAT
        + (isAlone ? " alone " : " open ")
        + (rate + " " + limit)
        + (isGuess ? " guessed " : " found ")
        + (creep + " " + halvedAt + " " + starts + " " + telling)
        + (isUsedUp ? " used " : " unused ")
        + (nextTurn + " " + blockedUntil + " " + backoff + " " + failuresInARow)
        + (isPaced ? " paced " : " free ")
        + (probeBy + " " + probeUntil + " " + answeredBy + " " + answeredAt);
  }

  /** Whether nobody has heard of the vendor for so long that it is to be found out anew. */
  boolean isOld(long now) {
    return now - Math.max(Math.max(answeredAt, halvedAt), Math.max(nextTurn, blockedUntil)) > OLD;
  }

  /**
   * Takes note of how the targets stand, as one of those who share it sees them.
   *
   * @param isOpen whether any of them can be asked
   * @param waitNanos how long the first of them wants to be left alone; 0 if it does not
   * @param isNews whether it wants that since this look
   */
  void look(boolean isOpen, long waitNanos, boolean isNews, long now, long me) {
    if (probeBy == me && probeUntil > now && probeUntil - now < 2 * PROBE / 3) {
      probeUntil = now + PROBE; // it is still being answered
    }
    if (!isOpen) {
      if (isBarredForMeOnly(now, me)) {
        return;
      }
      isAlone = true;
      failuresInARow = 0;
      blockedUntil = Math.max(blockedUntil, now + Math.min(waitNanos, MOST_BACKOFF));
      return;
    }
    if (waitNanos > 0) {
      blockedUntil = Math.max(blockedUntil, now + Math.min(waitNanos, MOST_BACKOFF));
      if (isNews && now - halvedAt >= TOLD_ONCE) {
        halve(now, now); // others were refused: there is no room for those who can wait
      }
    }
  }

  private boolean isBarredForMeOnly(long now, long me) {
    return answeredBy != 0 && answeredBy != me && now - answeredAt < LATELY;
  }

  /** How many more may start now where so many of one's own are under way. */
  int mayStart(long now, int inFlight, int mostInFlight) {
    if (now < blockedUntil || inFlight >= mostInFlight) {
      return 0;
    }
    if (isAlone) {
      return inFlight == 0 && now >= probeUntil ? 1 : 0;
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
    return isAlone ? next : Math.max(next, nextTurn);
  }

  /** Some start now. */
  void started(int count, long now, long me) {
    if (isAlone) {
      probeBy = me;
      probeUntil = now + PROBE;
      return;
    }
    isPaced = now - Math.max(nextTurn, blockedUntil) <= Math.max(2 * interval(), SECOND);
    isUsedUp &= isPaced;
    starts = Math.min(starts + count, Integer.MAX_VALUE / 2);
    nextTurn = Math.max(nextTurn, now - count * interval()) + count * interval();
    nextTurn = Math.max(nextTurn, now + (count > 1 ? 0 : interval() / 2));
  }

  /** Some that had started were not asked. */
  void dropped(int count, long me) {
    if (!endProbe(me) && !isAlone) {
      nextTurn -= count * interval();
      starts -= count;
    }
  }

  private boolean endProbe(long me) {
    boolean isMine = probeBy == me;
    if (isMine) {
      probeBy = 0;
      probeUntil = 0;
    }
    return isMine;
  }

  /**
   * One was answered, or refused for its own sake.
   *
   * @param since when it was asked
   * @param wasRefused whether the vendor had no room for it at first
   */
  void answered(long since, boolean wasRefused, long now, long me) {
    boolean unused = endProbe(me);
    answeredBy = me;
    answeredAt = now;
    failuresInARow = 0;
    backoff = FIRST_BACKOFF;
    if (isAlone) {
      isAlone = false;
      rate = START;
      limit = 0;
      isGuess = false;
      nextTurn = now + interval();
    }
    if (wasRefused) {
      halve(since, now);
    } else if (isPaced) {
      grow();
    }
  }

  /** One was not answered. */
  void failed(long since, Blame blame, long now, long me) {
    boolean unused = endProbe(me);
    if (blame == Blame.NOBODY || blame == Blame.DOUBT) {
      return;
    }
    boolean isOfBefore = since < halvedAt; // what was under way then may be refused as well
    if (blame == Blame.OVERLOAD) {
      starts--;
      halve(since, now);
    }
    failuresInARow += isOfBefore ? 0 : 1;
    if (isAlone || failuresInARow >= IN_A_ROW) {
      isAlone = true;
      blockedUntil = Math.max(blockedUntil, now + backoff);
      backoff = Math.min(2 * backoff, MOST_BACKOFF);
    }
  }

  private void grow() {
    if (isGuess && starts >= GUESS_HOLDS) {
      limit = 0;
      isGuess = false;
    }
    double near = NEAR * limit;
    if (limit == 0) {
      rate += STEP;
    } else if (rate < near) {
      rate = Math.min(near, rate + (near - limit / 2) / ASCENT);
    } else {
      rate += (limit - near) / creep;
      if (rate > MORE * limit) {
        limit = rate; // there is more than there was
        isUsedUp = false;
        creep = Math.max(creep / 2, answers(LEAST_CREEP, LEAST_CREEP_SECONDS));
      }
    }
    rate = Math.min(rate, MOST);
  }

  /** Once for all that began before. */
  private void halve(long since, long now) {
    if (since < halvedAt) {
      return;
    }
    double found = found(now);
    if (limit == 0) {
      limit = rate;
      creep = answers(CREEP, CREEP_SECONDS);
    } else if (found > 0) {
      boolean isAlike = Math.abs(found - limit) <= ALIKE * limit;
      // What was not used is not saved up for ever: there is more than was found, if not much.
      telling = TELLING;
      isGuess = false;
      limit = rate <= MORE * found ? (rate + found) / 2 : found;
      int most = answers(MOST_CREEP, MOST_CREEP_SECONDS);
      creep = isAlike ? (int) Math.min(2L * creep, most) : answers(CREEP, CREEP_SECONDS);
    } else {
      boolean isChance = rate < FAR * limit && telling == TELLING;
      limit = NEAR * (isChance ? limit : Math.min(limit, rate));
      isGuess |= !isChance;
      creep = Math.min(creep, answers(CREEP, CREEP_SECONDS));
      telling = TELLING_AGAIN;
    }
    limit = Math.max(limit, 2 * LEAST);
    rate = Math.max(LEAST, Math.min(rate, limit) / 2);
    halvedAt = now;
    starts = 0;
    isUsedUp = true;
    nextTurn = now + interval();
  }

  private int answers(int least, int seconds) {
    return (int) Math.max(least, seconds * limit);
  }

  /**
   * What there was from one refusal to the next: whatever a vendor saves up for bursts was used up
   * at both. 0 if that does not show it.
   */
  private double found(long now) {
    return isUsedUp && starts >= telling && now > halvedAt
        ? Math.min(rate, (double) starts * SECOND / (now - halvedAt))
        : 0;
  }

  private long interval() {
    return (long) (SECOND / rate);
  }

  boolean isAlone() {
    return isAlone;
  }

  /** Items a second. */
  double rate() {
    return rate;
  }
}
