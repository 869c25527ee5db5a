package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Shared;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How fast this drain asks: its part in a {@link Ramp} that all who drain the store have in common,
 * in the note of the store.
 *
 * <p>One thread looks, and says in the note what happened since; any thread tells what happens, and
 * waits for no store.
 */
final class Pace {
  private static final long SECOND = 1_000_000_000L;

  /** Between looks, whatever was reckoned wrongly: a store's clock may be coarser than ours. */
  private static final long SHORTEST = SECOND / 1000;

  /** Those who share a store replace its note one after another; so many at once are not there. */
  private static final int MOST_TRIES = 50;

  private final OutboxStore store;
  private final Time time;
  private final int mostInFlight;
  private final long me;

  // of the thread that looks
  private Shared seen = new Shared(Instant.EPOCH, false, 0, "");
  private Outlook outlook = new Outlook(true, 0);
  private boolean wasTold; // that the vendor asks to wait, at the look before
  private boolean isNews;
  private boolean hasLooked;
  private Ramp draft = new Ramp();
  private int drafted; // so many events are in the draft
  private long now; // of the draft

  private final Object lock = new Object(); // guards what follows
  private final List<Consumer<Ramp>> events = new ArrayList<>(); // that no note says yet
  private Ramp ramp = new Ramp(); // as it was last seen
  private long offset; // the store's time less ours
  private int inFlight;
  private boolean isBack;

  /**
   * A part in what others may have begun.
   *
   * @param me tells this drain from all others; not 0
   */
  Pace(OutboxStore store, Time time, int mostInFlight, long me) {
    this.store = store;
    this.time = time;
    this.mostInFlight = mostInFlight;
    this.me = me;
  }

  /** Looks where all stand; tells how many may start. */
  int look(Outlook present) {
    boolean isTold = present.isOpen() && present.waitNanos() > 0;
    isNews = isTold && !wasTold;
    wasTold = present.isOpen() ? isTold : wasTold;
    outlook = present;
    draw();
    return may();
  }

  private void draw() {
    seen = Stores.done(store.shared());
    now = nanos(seen.now());
    Ramp drawn = Ramp.of(seen.note(), now);
    if (!hasLooked && drawn.isOld(now)) {
      drawn = new Ramp();
    }
    hasLooked = true;
    List<Consumer<Ramp>> news;
    synchronized (lock) {
      offset = now - time.nanos();
      news = List.copyOf(events);
    }
    for (Consumer<Ramp> event : news) {
      event.accept(drawn);
    }
    drawn.look(outlook.isOpen(), outlook.waitNanos(), isNews, now, me);
    drafted = news.size();
    draft = drawn;
    synchronized (lock) {
      isBack |= ramp.isAlone() && !drawn.isAlone();
      ramp = drawn;
    }
  }

  private int may() {
    return isBarred() ? 0 : draft.mayStart(now, inFlight(), mostInFlight);
  }

  /** Whether no target can be asked from here, while others are answered. */
  private boolean isBarred() {
    return !outlook.isOpen() && !draft.isAlone();
  }

  /**
   * Starts some, if others have not started too many meanwhile; blocks for the store.
   *
   * @return how many may start
   */
  int start(int count) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      int may = Math.min(count, may());
      if (may > 0) {
        draft.started(may, now, me);
      }
      if (isSaid()) {
        synchronized (lock) {
          inFlight += may;
        }
        return may;
      }
      draw();
    }
    return 0;
  }

  /** Says what happened until the look, where nothing starts; blocks for the store. */
  void say() {
    int unused = start(0);
  }

  /** Says what happened until now, as the last thing; blocks for the store. */
  void leave() {
    draw();
    say();
  }

  private boolean isSaid() {
    String note = draft.text();
    boolean isSaid = note.equals(seen.note()) || Stores.done(store.share(seen, note));
    if (isSaid) {
      synchronized (lock) {
        events.subList(0, drafted).clear();
      }
      drafted = 0;
    }
    return isSaid;
  }

  /** Some that were started were not there, or not asked. */
  void dropped(int count) {
    tell(count, ramp -> ramp.dropped(count, me));
  }

  /**
   * One was answered, or refused for its own sake.
   *
   * @param since when it was asked, in our time
   * @param wasRefused whether the vendor had no room for it at first
   */
  void answered(long since, boolean wasRefused) {
    long shift = shift();
    long end = time.nanos() + shift;
    tell(1, ramp -> ramp.answered(since + shift, wasRefused, end, me));
  }

  /** One was not answered. */
  void failed(long since, Blame blame) {
    long shift = shift();
    long end = time.nanos() + shift;
    tell(1, ramp -> ramp.failed(since + shift, blame, end, me));
  }

  private void tell(int ended, Consumer<Ramp> event) {
    synchronized (lock) {
      inFlight -= ended;
      events.add(event);
    }
  }

  private long shift() {
    synchronized (lock) {
      return offset;
    }
  }

  /** When something may be different, unless it is woken before; in our time. */
  long nextLook(long most) {
    long wait = draft.nextTurn(now) - now;
    if (isBarred()) {
      wait = outlook.waitNanos();
    } else if (draft.isAlone() && may() == 0) {
      wait = most;
    }
    return time.nanos() + Math.min(most, Math.max(wait, SHORTEST));
  }

  private int inFlight() {
    synchronized (lock) {
      return inFlight;
    }
  }

  boolean isFull() {
    return inFlight() >= mostInFlight;
  }

  /** Whether one at a time tries, and it is one of this drain's. */
  boolean isTrying() {
    synchronized (lock) {
      return ramp.isAlone() && inFlight > 0;
    }
  }

  boolean isPaused() {
    return seen.paused();
  }

  /** Whether the vendor is back, since this was last asked. */
  boolean takeBack() {
    synchronized (lock) {
      boolean was = isBack;
      isBack = false;
      return was;
    }
  }

  boolean isAlone() {
    synchronized (lock) {
      return ramp.isAlone();
    }
  }

  /** Items a second that all may start together. */
  double rate() {
    synchronized (lock) {
      return ramp.rate();
    }
  }

  /** The date, by the store's clock as far as it is known. */
  Instant date() {
    long nanos = time.nanos() + shift();
    return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * SECOND + instant.getNano();
  }
}
