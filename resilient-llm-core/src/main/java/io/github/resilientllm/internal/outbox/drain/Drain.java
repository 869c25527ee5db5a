package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.OutboxStore.Take;
import io.github.resilientllm.policy.Draining;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes items from a store, has them asked and their answers handled, and notes what came of it.
 *
 * <p>One thread looks and decides when; each item then has a thread of its own from its asking to
 * its note. What an item, a handler or a failing store does keeps no other item back.
 */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  /** How long an item is held at first; it is renewed at a third of that. */
  private static final Duration HOLD = Duration.ofMinutes(3);

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

  /** Gives an answer to the application. */
  public interface Handling {
    void handle(OutboxItem item, Task task, ChatResponse answer) throws Exception;
  }

  private final OutboxStore store;
  private final Draining policy;
  private final Course course;
  private final Map<String, Handling> handlers;
  private final Asker asker;
  private final Supplier<Outlook> outlooks;
  private final Time time;
  private final InstantSource clock;
  private final Executor threads;

  private final Object lock = new Object(); // guards what follows
  private final Ramp ramp;
  private final Health health = new Health();
  private final Map<String, Integer> busy = new HashMap<>(); // handlers' calls that run
  private final Map<String, OutboxItem> held = new HashMap<>();
  private final Set<Running> running = new HashSet<>();
  private final Set<Thread> asking = new LinkedHashSet<>();
  private final Set<String> putOff = new LinkedHashSet<>(); // by the vendor, for more than a moment
  private boolean isBack; // the vendor is, and they are to be asked now
  private boolean closing;
  private boolean ended = true;
  private boolean isWoken;
  private @Nullable Thread looker;
  private int untilOldest = OLDEST_EVERY;
  private long renewAt;
  private boolean hasWarned;

  /** A handler's call. */
  private static final class Running {
    final OutboxItem item;
    final Thread thread;
    final long until;
    boolean isSettled; // guarded by the lock: somebody notes what came of it

    Running(OutboxItem item, Thread thread, long until) {
      this.item = item;
      this.thread = thread;
      this.until = until;
    }
  }

  /**
   * A drain that does nothing yet.
   *
   * @param clock the date, as the store has it or about so
   * @param threads one for each item that is asked or handled, and one more
   */
  public Drain(
      OutboxStore store,
      Draining policy,
      Map<String, Handling> handlers,
      Asker asker,
      Supplier<Outlook> outlooks,
      Time time,
      InstantSource clock,
      Executor threads) {
    this.store = store;
    this.policy = policy;
    this.course = new Course(policy);
    this.handlers = Map.copyOf(handlers);
    this.asker = asker;
    this.outlooks = outlooks;
    this.time = time;
    this.clock = clock;
    this.threads = threads;
    this.ramp = new Ramp(policy.maxInFlight());
  }

  /** Begins; does nothing if it has. */
  public void start() {
    synchronized (lock) {
      if (!ended || closing) {
        return;
      }
      ended = false;
    }
    threads.execute(this::run);
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
    wake();
    awaitEnd(time.nanos() + patience.toNanos());
    List<Thread> late = new ArrayList<>();
    synchronized (lock) {
      late.addAll(asking);
      running.forEach(call -> late.add(call.thread));
    }
    late.forEach(Thread::interrupt);
    late.forEach(time::unpark);
    awaitEnd(time.nanos() + LOOK);
  }

  private void awaitEnd(long until) {
    while (time.nanos() < until && !Thread.currentThread().isInterrupted()) {
      synchronized (lock) {
        if (ended && asking.isEmpty() && running.isEmpty()) {
          return;
        }
      }
      time.park(Math.min(until, time.nanos() + FULL_LOOK / 2));
    }
  }

  /** Items a second that are let through now. */
  public double rate() {
    synchronized (lock) {
      return ramp.rate();
    }
  }

  /** Whether only one at a time may try whether the vendor is back. */
  public boolean isAlone() {
    synchronized (lock) {
      return ramp.isAlone();
    }
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
        hasWarned = false;
      } catch (Throwable e) {
        warn(e);
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

  private void warn(Throwable failure) {
    if (!hasWarned) {
      hasWarned = true;
      LOG.atWarn().setCause(cause(failure)).log("The outbox cannot go on just now; it tries again");
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Does what can be done now; tells when to look again. */
  private long look() {
    long now = time.nanos();
    renew(now);
    interruptLate(now);
    hurry();
    boolean hasHandled = takeAnswers();
    Outlook outlook = outlooks.get();
    int may;
    synchronized (lock) {
      ramp.look(outlook.isOpen(), outlook.waitNanos(), now);
      may = ramp.mayStart(now);
    }
    int taken = may == 0 || handlers.isEmpty() ? 0 : takeWork(may);
    if (hasHandled) {
      return now + FULL_LOOK;
    }
    synchronized (lock) {
      return nextLook(now, outlook.isOpen(), may > 0 && taken < may);
    }
  }

  /** When something may be different, unless it wakes this. Holds the lock. */
  private long nextLook(long now, boolean isOpen, boolean isEmpty) {
    if (isEmpty || ramp.inFlight() >= policy.maxInFlight()) {
      return now + LOOK;
    }
    if (ramp.isAlone() && ramp.inFlight() > 0) {
      return now + OUTAGE_LOOK; // it wakes this when it ends
    }
    long turn = Math.max(ramp.nextTurn(now), now + 1);
    return Math.min(turn, now + (isOpen ? LOOK : OUTAGE_LOOK));
  }

  /** Whoever tried in an outage is not put off any longer when it is over: it was the first. */
  private void hurry() {
    List<String> ids;
    synchronized (lock) {
      if (!isBack) {
        return;
      }
      isBack = false;
      ids = List.copyOf(putOff);
      putOff.clear();
    }
    for (String id : ids) {
      int unused = done(store.change(Query.one(id).in(ItemState.WAITING), Change.HURRY));
    }
  }

  private void renew(long now) {
    List<OutboxItem> all;
    synchronized (lock) {
      if (now < renewAt) {
        return;
      }
      renewAt = now + HOLD.toNanos() / 3;
      all = List.copyOf(held.values());
    }
    if (!all.isEmpty()) {
      Set<String> unused = done(store.renew(all, HOLD));
    }
  }

  private static <T> T done(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof OutboxException failure ? failure : e;
    }
  }

  private int takeWork(int most) {
    int ordered = most;
    List<OutboxItem> items = new ArrayList<>();
    boolean isOldestsTurn;
    synchronized (lock) {
      untilOldest -= most;
      isOldestsTurn = untilOldest <= 0;
      untilOldest = isOldestsTurn ? OLDEST_EVERY : untilOldest;
    }
    Set<String> names = handlers.keySet();
    if (isOldestsTurn) {
      items.addAll(done(store.take(new Take(ItemState.WAITING, names, 1, HOLD, true))));
      ordered -= items.size();
    }
    if (ordered > 0) {
      items.addAll(done(store.take(new Take(ItemState.WAITING, names, ordered, HOLD, false))));
    }
    long now = time.nanos();
    synchronized (lock) {
      if (!items.isEmpty()) {
        ramp.started(items.size(), now);
      }
      items.forEach(item -> held.put(item.id(), item));
    }
    for (OutboxItem item : items) {
      try {
        threads.execute(() -> ask(item));
      } catch (RuntimeException | Error e) { // no thread to be had
        warn(e);
        ended(false);
        note(item, false);
      }
    }
    return items.size();
  }

  private void ended(boolean wasAsked) {
    synchronized (lock) {
      if (!wasAsked) {
        ramp.dropped();
      }
    }
    wake();
  }

  private void ask(OutboxItem item) {
    String obstacle = course.obstacle(item);
    Task task = null;
    try {
      task = obstacle.isEmpty() ? TaskJson.read(item.work()) : null;
    } catch (IOException e) {
      obstacle = "cannot be read: " + e.getMessage();
    }
    if (task == null) {
      ended(false);
      note(course.dead(item, obstacle), false);
      return;
    }
    OutboxItem after = asked(item, task);
    ended(true);
    boolean isAnswered = after.state() == ItemState.ANSWERED;
    boolean handlesHere = isAnswered && enter(item.handler());
    if (note(after, handlesHere)) {
      if (handlesHere) {
        handle(after, task);
      }
    } else if (handlesHere) {
      leave(item.handler());
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
      synchronized (lock) {
        health.answered(true);
        isBack |= ramp.isAlone();
        ramp.answered(since, wasRefused(answer.attempts()), time.nanos());
      }
      return course.answered(item, TaskJson.write(answer), clock.instant());
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
    return course.unanswered(item, blame, reason, clock.instant());
  }

  private void fared(String id, Blame blame, long since) {
    synchronized (lock) {
      if (blame == Blame.ITEM) {
        ramp.answered(since, false, time.nanos()); // by a refusal, but answered
        return;
      }
      if (blame != Blame.NOBODY) {
        health.answered(false);
      }
      ramp.failed(since, blame, time.nanos());
      boolean isVendors = blame == Blame.VENDOR || blame == Blame.OVERLOAD;
      if (isVendors && putOff.size() < MOST_PUT_OFF) {
        putOff.add(id);
      }
    }
  }

  private static boolean wasRefused(List<Attempt> attempts) {
    return attempts.stream()
        .flatMap(attempt -> attempt.error().stream())
        .anyMatch(kind -> kind == ErrorKind.RATE_LIMITED || kind == ErrorKind.OVERLOADED);
  }

  /** Notes what an item is now; false if somebody else has it, or it could not be noted. */
  private boolean note(OutboxItem after, boolean holds) {
    boolean isNoted = false;
    try {
      isNoted = done(store.put(after, holds));
    } catch (RuntimeException e) {
      boolean isTooLarge =
          e instanceof OutboxException refused
              && refused.reason() == OutboxException.Reason.TOO_LARGE;
      if (isTooLarge && after.answer().isPresent()) {
        OutboxItem without = after.toBuilder().answer(null).build();
        boolean unused = note(course.dead(without, String.valueOf(e.getMessage())), false);
        return false;
      }
      warn(e); // and others get it in time
    }
    if (!holds || !isNoted) {
      synchronized (lock) {
        held.remove(after.id());
      }
    }
    return isNoted;
  }

  /** Takes answers that nobody handles; whether there may be more. */
  private boolean takeAnswers() {
    boolean hasMore = false;
    for (String name : handlers.keySet()) {
      int free;
      synchronized (lock) {
        free = policy.maxHandling() - busy.getOrDefault(name, 0);
      }
      if (free <= 0) {
        continue;
      }
      Take what = new Take(ItemState.ANSWERED, Set.of(name), free, HOLD, false);
      List<OutboxItem> items = done(store.take(what));
      hasMore |= items.size() == free;
      for (OutboxItem item : items) {
        handleApart(item);
      }
    }
    return hasMore;
  }

  private void handleApart(OutboxItem item) {
    synchronized (lock) {
      held.put(item.id(), item);
      busy.merge(item.handler(), 1, Integer::sum);
    }
    try {
      threads.execute(() -> handleTaken(item));
    } catch (RuntimeException | Error e) { // no thread to be had
      warn(e);
      leave(item.handler());
      boolean unused = note(item, false);
    }
  }

  private void handleTaken(OutboxItem item) {
    try {
      handle(item, TaskJson.read(item.work()));
    } catch (IOException e) {
      leave(item.handler());
      boolean unused = note(course.dead(item, "cannot be read: " + e.getMessage()), false);
    }
  }

  private boolean enter(String handler) {
    synchronized (lock) {
      if (closing || busy.getOrDefault(handler, 0) >= policy.maxHandling()) {
        return false;
      }
      busy.merge(handler, 1, Integer::sum);
      return true;
    }
  }

  private void leave(String handler) {
    synchronized (lock) {
      busy.merge(handler, -1, Integer::sum);
    }
    wake();
  }

  /** Has an answer handled, on this thread. */
  private void handle(OutboxItem item, Task task) {
    Running call =
        new Running(item, Thread.currentThread(), time.nanos() + policy.handlerTimeout().toNanos());
    synchronized (lock) {
      running.add(call);
    }
    String failure = "";
    try {
      ChatResponse answer = TaskJson.answer(item.answer().orElse("{}"));
      Handling handling = handlers.get(item.handler());
      if (handling == null) {
        failure = "no handler of that name is registered here";
      } else {
        handling.handle(item, task, answer);
      }
    } catch (Throwable e) {
      failure = "its handler threw " + e.getClass().getName();
    }
    boolean mine;
    boolean wasCutShort;
    synchronized (lock) {
      running.remove(call);
      mine = !call.isSettled;
      call.isSettled = true;
      wasCutShort = closing && !failure.isEmpty();
    }
    boolean unused = Thread.interrupted(); // was meant for the handler
    if (mine && wasCutShort) {
      boolean ignored = note(item.toBuilder().state(ItemState.ANSWERED).build(), false);
    } else if (mine) {
      boolean ignored = note(course.handled(item, failure, clock.instant()), false);
    }
    leave(item.handler());
  }

  /**
   * Whoever does not return in time is interrupted; its item is another's, and its place is not.
   */
  private void interruptLate(long now) {
    List<Running> late = new ArrayList<>();
    synchronized (lock) {
      for (Running call : running) {
        if (now >= call.until && !call.isSettled) {
          call.isSettled = true;
          late.add(call);
        }
      }
    }
    for (Running call : late) {
      String failure = "its handler did not return in " + policy.handlerTimeout();
      boolean unused = note(course.handled(call.item, failure, clock.instant()), false);
      call.thread.interrupt();
      time.unpark(call.thread);
    }
  }
}
