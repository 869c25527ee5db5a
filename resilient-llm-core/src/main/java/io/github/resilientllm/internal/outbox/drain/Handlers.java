package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.policy.Draining;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Has answers handled: so many of a handler at once, each on a thread of its own, and for a time. A
 * handler that is stuck holds up no other.
 */
final class Handlers {
  private final Draining policy;
  private final Map<String, Handling> handlings;
  private final Course course;
  private final Holdings holdings;
  private final Warnings warnings;
  private final Supplier<Instant> date;
  private final Time time;
  private final Executor threads;
  private final Runnable freed;

  private final Object lock = new Object(); // guards what follows
  private final Map<String, Integer> busy = new HashMap<>(); // calls that run
  private final Set<Running> running = new HashSet<>();
  private boolean closing;

  /** A handler's call. */
  private static final class Running {
    final OutboxItem item;
    final Thread thread;
    final long until;
    boolean isSettled; // guarded by the lock: somebody notes what came of it
    private boolean hasReturned; // guarded by itself

    Running(OutboxItem item, Thread thread, long until) {
      this.item = item;
      this.thread = thread;
      this.until = until;
    }

    /** Its thread does something else from now on. */
    synchronized void returns() {
      hasReturned = true;
      boolean unused = Thread.interrupted(); // was meant for the handler
    }

    synchronized void interrupt() {
      if (!hasReturned) {
        thread.interrupt();
      }
    }
  }

  /** Handlers by their names. {@code freed} runs when one of them may take another answer. */
  Handlers(
      Draining policy,
      Map<String, Handling> handlings,
      Course course,
      Holdings holdings,
      Warnings warnings,
      Supplier<Instant> date,
      Time time,
      Executor threads,
      Runnable freed) {
    this.policy = policy;
    this.handlings = Map.copyOf(handlings);
    this.course = course;
    this.holdings = holdings;
    this.warnings = warnings;
    this.date = date;
    this.time = time;
    this.threads = threads;
    this.freed = freed;
  }

  Set<String> names() {
    return handlings.keySet();
  }

  /** Lets none enter any more; what a handler does not end with then is no failure of it. */
  void close() {
    synchronized (lock) {
      closing = true;
    }
  }

  /** On which calls run. */
  List<Thread> threads() {
    synchronized (lock) {
      return running.stream().map(call -> call.thread).toList();
    }
  }

  /** Takes answers that nobody handles; whether there may be more. */
  boolean takeAnswers() {
    boolean hasMore = false;
    for (String name : handlings.keySet()) {
      int free;
      synchronized (lock) {
        free = policy.maxHandling() - busy.getOrDefault(name, 0);
      }
      if (free > 0) {
        List<OutboxItem> items = holdings.take(ItemState.ANSWERED, Set.of(name), free, false);
        boolean hadThreads = handleApart(items);
        hasMore |= items.size() == free || !hadThreads;
      }
    }
    return hasMore;
  }

  /** Whether all had a thread. */
  private boolean handleApart(List<OutboxItem> items) {
    for (int i = 0; i < items.size(); i++) {
      OutboxItem item = items.get(i);
      count(item.handler(), 1);
      try {
        threads.execute(() -> handleTaken(item));
      } catch (RuntimeException | Error e) { // no thread to be had
        warnings.warn(e);
        count(item.handler(), -1);
        items.subList(i, items.size()).forEach(holdings::giveBack);
        return false;
      }
    }
    return true;
  }

  private void count(String handler, int calls) {
    synchronized (lock) {
      busy.merge(handler, calls, Integer::sum);
    }
  }

  private void handleTaken(OutboxItem item) {
    try {
      handle(item, TaskJson.read(item.work()));
    } catch (IOException e) {
      leave(item.handler());
      boolean unused = holdings.note(course.dead(item, "cannot be read: " + e.getMessage()), false);
    }
  }

  /** Takes a place for a call that follows; false if there is none. */
  boolean enter(String handler) {
    synchronized (lock) {
      if (closing || busy.getOrDefault(handler, 0) >= policy.maxHandling()) {
        return false;
      }
      busy.merge(handler, 1, Integer::sum);
      return true;
    }
  }

  /** Gives a place back. */
  void leave(String handler) {
    count(handler, -1);
    freed.run();
  }

  /** Has an answer handled, on this thread, by whoever has entered; leaves. */
  void handle(OutboxItem item, Task task) {
    Running call =
        new Running(item, Thread.currentThread(), time.nanos() + policy.handlerTimeout().toNanos());
    boolean isTooLate;
    synchronized (lock) {
      isTooLate = closing;
      if (!isTooLate) {
        running.add(call);
      }
    }
    if (isTooLate) { // it had no thread before
      holdings.giveBack(item);
      leave(item.handler());
      return;
    }
    String failure = "";
    try {
      ChatResponse answer = TaskJson.answer(item.answer().orElse("{}"));
      Handling handling = handlings.get(item.handler());
      if (handling == null) {
        failure = "no handler of that name is registered here";
      } else {
        handling.handle(item, task, answer);
      }
    } catch (Throwable e) {
      failure = "its handler threw " + e.getClass().getName();
    }
    call.returns();
    boolean mine;
    boolean wasCutShort;
    synchronized (lock) {
      running.remove(call);
      mine = !call.isSettled;
      call.isSettled = true;
      wasCutShort = closing && !failure.isEmpty();
    }
    if (mine && wasCutShort) {
      holdings.giveBack(item.toBuilder().state(ItemState.ANSWERED).build());
    } else if (mine) {
      boolean unused = holdings.note(course.handled(item, failure, date.get()), false);
    }
    leave(item.handler());
  }

  /**
   * Whoever does not return in time is interrupted; its item is another's, and its place is not.
   */
  void interruptLate() {
    long now = time.nanos();
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
      call.interrupt();
      time.unpark(call.thread);
      String failure = "its handler did not return in " + policy.handlerTimeout();
      boolean unused = holdings.note(course.handled(call.item, failure, date.get()), false);
    }
  }
}
