package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.policy.Draining;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes items from a store, has them asked and their answers handled, and notes what came of it.
 *
 * <p>One thread looks, and starts what {@link Pace} lets start; each item then has a thread of its
 * own from its asking to its note. What an item, a handler or a failing store does keeps no other
 * item back.
 */
public final class Drain {
  /** Nobody tells of what another process submits, or of a breaker that closes. */
  private static final long LOOK = 1_000_000_000L;

  private static final long FULL_LOOK = LOOK / 10;

  /** While only the vendor can change anything. */
  private static final long OUTAGE_LOOK = 5 * LOOK;

  /** One place in so many is for whoever has waited longest. */
  private static final int OLDEST_EVERY = 20;

  /** As many as fail before one alone tries, and those that try in some hours. */
  private static final int MOST_PUT_OFF = 256;

  /** Asks a model; throws as a client does. */
  public interface Asker {
    ChatResponse ask(OutboxItem item, Task task);
  }

  private final OutboxStore store;
  private final Course course;
  private final Pace pace;
  private final Holdings holdings;
  private final Handlers handlers;
  private final Asker asker;
  private final Supplier<Outlook> outlooks;
  private final Time time;
  private final Executor looks;
  private final Executor threads;
  private final Warnings warnings;

  // of the thread that looks
  private int untilOldest = OLDEST_EVERY;
  private boolean wasShort; // fewer than might be taken were there

  private final Object lock = new Object(); // guards what follows
  private final Health health = new Health();
  private final Set<Thread> asking = new LinkedHashSet<>();
  private final Set<String> putOff = new LinkedHashSet<>(); // by the vendor, for more than a moment
  private boolean closing;
  private boolean ended = true;
  private boolean isWoken;
  private @Nullable Thread looker;

  /**
   * A drain that does nothing yet.
   *
   * @param looks a thread for as long as it drains; not of {@code threads}, which may be few
   * @param threads one for each item that is asked or handled
   * @param me tells it from all others that drain the store; not 0
   */
  public Drain(
      OutboxStore store,
      Draining policy,
      Map<String, Handling> handlings,
      Asker asker,
      Supplier<Outlook> outlooks,
      Time time,
      Executor looks,
      Executor threads,
      long me) {
    this.store = store;
    this.warnings = new Warnings(time);
    this.course = new Course(policy);
    this.pace = new Pace(store, time, policy.maxInFlight(), me);
    this.holdings = new Holdings(store, course, warnings, policy.lease());
    this.threads = apart(threads, looks);
    this.handlers =
        new Handlers(
            policy,
            handlings,
            course,
            holdings,
            warnings,
            pace::date,
            time,
            this.threads,
            this::wake);
    this.asker = asker;
    this.outlooks = outlooks;
    this.time = time;
    this.looks = looks;
  }

  /** What an executor runs in its caller has a thread of ours: who looks must not wait for it. */
  private static Executor apart(Executor threads, Executor ours) {
    return task -> {
      Thread caller = Thread.currentThread();
      threads.execute(
          () -> {
            if (Thread.currentThread() == caller) {
              ours.execute(task);
            } else {
              task.run();
            }
          });
    };
  }

  /**
   * Begins; does nothing if it has.
   *
   * @throws IllegalStateException if it was closed
   */
  public void start() {
    synchronized (lock) {
      if (closing) {
        throw new IllegalStateException("The outbox was closed; build another one");
      }
      if (!ended) {
        return;
      }
      ended = false;
    }
    try {
      looks.execute(this::run);
    } catch (RuntimeException | Error e) { // no thread to be had
      synchronized (lock) {
        ended = true;
      }
      throw e;
    }
  }

  /** Has it look now. */
  public void wake() {
    Thread thread;
    synchronized (lock) {
      isWoken = true;
      thread = looker;
    }
    if (thread != null) {
      time.unpark(thread);
    }
  }

  /** Takes no more; what is asked or handled has this long to end, and is interrupted then. */
  public void close(Duration patience) {
    synchronized (lock) {
      closing = true;
    }
    handlers.close();
    wake();
    awaitEnd(time.nanos() + patience.toNanos());
    List<Thread> late = new ArrayList<>(handlers.threads());
    synchronized (lock) {
      late.addAll(asking);
    }
    late.forEach(Thread::interrupt);
    late.forEach(time::unpark);
    awaitEnd(time.nanos() + LOOK);
    leave();
  }

  private void awaitEnd(long until) {
    while (time.nanos() < until && !Thread.currentThread().isInterrupted()) {
      synchronized (lock) {
        // Whatever is asked or handled is held until what came of it is noted.
        if (ended && holdings.areNone() && handlers.threads().isEmpty()) {
          return;
        }
      }
      time.park(Math.min(until, time.nanos() + FULL_LOOK / 2));
    }
  }

  /** Others need not wait for what was tried here. */
  private void leave() {
    synchronized (lock) {
      if (!ended) {
        return; // it looks still, and has the pace
      }
    }
    try {
      pace.leave();
    } catch (RuntimeException e) {
      warnings.warn(e);
    }
  }

  /** Items a second that are let through now, on all machines together. */
  public double rate() {
    return pace.rate();
  }

  /** Whether only one at a time may try whether the vendor is back. */
  public boolean isAlone() {
    return pace.isAlone();
  }

  private void run() {
    synchronized (lock) {
      looker = Thread.currentThread();
    }
    long pause = LOOK;
    while (true) {
      synchronized (lock) {
        if (closing) {
          ended = true;
          looker = null;
          return;
        }
        isWoken = false;
      }
      long next;
      try {
        next = look();
        pause = LOOK;
        warnings.clear();
      } catch (Throwable e) {
        warnings.warn(e);
        next = time.nanos() + pause;
        pause = Math.min(2 * pause, 30 * LOOK);
      }
      rest(next);
    }
  }

  private void rest(long until) {
    synchronized (lock) {
      if (isWoken || closing) {
        return;
      }
    }
    boolean unused = Thread.interrupted(); // nobody who knows of this thread would interrupt it
    time.park(until);
  }

  /** Does what can be done now; tells when to look again. */
  private long look() {
    holdings.renew(time.nanos());
    handlers.interruptLate();
    hurry();
    boolean isHurried = handlers.takeAnswers();
    Outlook outlook = outlooks.get();
    int may = pace.look(outlook);
    boolean mayTake = may > 0 && !handlers.names().isEmpty() && !pace.isPaused();
    if (mayTake) {
      isHurried |= !takeWork(may);
    } else {
      pace.say();
    }
    return Math.min(nextLook(outlook, isHurried, mayTake), holdings.renewAt());
  }

  private long nextLook(Outlook outlook, boolean isHurried, boolean hasTaken) {
    if (isHurried) {
      return time.nanos() + FULL_LOOK;
    }
    long most = outlook.isOpen() && !pace.isTrying() ? LOOK : OUTAGE_LOOK;
    boolean waitsForOthers = (hasTaken && wasShort) || pace.isPaused() || pace.isFull();
    return waitsForOthers ? time.nanos() + LOOK : pace.nextLook(most);
  }

  /** Whoever tried in an outage is not put off any longer when it is over: it was the first. */
  private void hurry() {
    if (!pace.takeBack()) {
      return;
    }
    List<String> ids;
    synchronized (lock) {
      ids = List.copyOf(putOff);
      putOff.clear();
    }
    for (String id : ids) {
      int unused = Stores.done(store.change(Query.one(id).in(ItemState.WAITING), Change.HURRY));
    }
  }

  /**
   * Starts first and takes then, so that all who share the store start no more than they may. Where
   * nothing was there the last time, it takes first, for a start that is not used has to be undone.
   *
   * @return whether all that were started had a thread
   */
  private boolean takeWork(int may) {
    if (!wasShort) {
      int started = pace.start(may);
      List<OutboxItem> items = taken(started);
      if (items.size() < started) {
        pace.dropped(started - items.size());
      }
      wasShort = items.size() < started;
      return askApart(items);
    }
    List<OutboxItem> items = taken(may);
    wasShort = items.size() < may;
    int started = 0;
    try {
      started = pace.start(items.size());
    } finally {
      items.subList(started, items.size()).forEach(holdings::giveBack);
    }
    return askApart(items.subList(0, started));
  }

  private List<OutboxItem> taken(int most) {
    List<OutboxItem> items = new ArrayList<>();
    if (most == 0) {
      return items;
    }
    try {
      untilOldest -= most;
      int ordered = most;
      if (untilOldest <= 0) {
        untilOldest = OLDEST_EVERY;
        items.addAll(holdings.take(ItemState.WAITING, handlers.names(), 1, true));
        ordered -= items.size();
      }
      if (ordered > 0) {
        items.addAll(holdings.take(ItemState.WAITING, handlers.names(), ordered, false));
      }
    } catch (RuntimeException e) {
      warnings.warn(e); // those that were taken before are asked
    }
    return items;
  }

  private boolean askApart(List<OutboxItem> items) {
    for (int i = 0; i < items.size(); i++) {
      OutboxItem item = items.get(i);
      try {
        threads.execute(() -> ask(item));
      } catch (RuntimeException | Error e) { // no thread to be had
        warnings.warn(e);
        pace.dropped(items.size() - i);
        items.subList(i, items.size()).forEach(holdings::giveBack);
        return false;
      }
    }
    return true;
  }

  private void ask(OutboxItem item) {
    if (isClosing()) { // before there was a thread for it
      pace.dropped(1);
      holdings.giveBack(item);
      return;
    }
    String obstacle = course.obstacle(item);
    Task task = null;
    try {
      task = obstacle.isEmpty() ? TaskJson.read(item.work()) : null;
    } catch (IOException e) {
      obstacle = "cannot be read: " + e.getMessage();
    }
    if (task == null) {
      pace.dropped(1);
      wake();
      boolean unused = holdings.note(course.dead(item, obstacle), false);
      return;
    }
    OutboxItem after = asked(item, task);
    wake();
    boolean isAnswered = after.state() == ItemState.ANSWERED;
    boolean handlesHere = isAnswered && handlers.enter(item.handler());
    if (holdings.note(after, handlesHere)) {
      if (handlesHere) {
        handlers.handle(after, task);
      }
    } else if (handlesHere) {
      handlers.leave(item.handler());
    }
  }

  private boolean isClosing() {
    synchronized (lock) {
      return closing;
    }
  }

  private OutboxItem asked(OutboxItem item, Task task) {
    long since = time.nanos();
    Thread me = Thread.currentThread();
    synchronized (lock) {
      asking.add(me);
    }
    Blame blame = Blame.ITEM;
    String reason;
    try {
      ChatResponse answer = asker.ask(item, task);
      String text = TaskJson.write(answer);
      synchronized (lock) {
        health.answered(true);
      }
      pace.answered(since, wasRefused(answer.attempts()));
      return course.answered(item, text, pace.date());
    } catch (LlmException e) {
      synchronized (lock) {
        blame = closing ? Blame.NOBODY : Blame.of(e.kind(), health.share());
      }
      reason = e.kind().name();
    } catch (Throwable e) { // of the request's, the conversation's or ours: it would come again
      reason = "asking threw " + e.getClass().getName();
    } finally {
      synchronized (lock) {
        asking.remove(me);
      }
      boolean unused = Thread.interrupted(); // was meant for the asking
    }
    fared(item.id(), blame, since);
    return course.unanswered(item, blame, reason, pace.date());
  }

  private void fared(String id, Blame blame, long since) {
    if (blame == Blame.ITEM) {
      pace.answered(since, false); // by a refusal, but answered
      return;
    }
    synchronized (lock) {
      if (blame != Blame.NOBODY) {
        health.answered(false);
      }
      boolean isVendors = blame == Blame.VENDOR || blame == Blame.OVERLOAD;
      if (isVendors && putOff.size() < MOST_PUT_OFF) {
        putOff.add(id);
      }
    }
    pace.failed(since, blame);
  }

  private static boolean wasRefused(List<Attempt> attempts) {
    return attempts.stream()
        .flatMap(attempt -> attempt.error().stream())
        .anyMatch(kind -> kind == ErrorKind.RATE_LIMITED || kind == ErrorKind.OVERLOADED);
  }
}
