package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Take;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The items that this drain has taken, and holds until what came of them is noted. */
final class Holdings {
  private final OutboxStore store;
  private final Course course;
  private final Warnings warnings;
  private final Duration lease;
  private long renewAt; // of the thread that looks

  private final Map<Holding, OutboxItem> held = new HashMap<>(); // guarded by itself

  /** One that is cancelled and replayed while it is asked is taken once more, by another lease. */
  private record Holding(String id, long lease) {
    static Holding of(OutboxItem item) {
      return new Holding(item.id(), item.lease());
    }
  }

  /**
   * None yet.
   *
   * @param lease how long they are held unless that is renewed
   */
  Holdings(OutboxStore store, Course course, Warnings warnings, Duration lease) {
    this.store = store;
    this.course = course;
    this.warnings = warnings;
    this.lease = lease;
  }

  List<OutboxItem> take(ItemState state, Set<String> handlers, int most, boolean oldestFirst) {
    List<OutboxItem> items =
        Stores.done(store.take(new Take(state, handlers, most, lease, oldestFirst)));
    synchronized (held) {
      items.forEach(item -> held.put(Holding.of(item), item));
    }
    return items;
  }

  /** Holds all of them for longer, if it is time to. */
  void renew(long now) {
    if (now < renewAt) {
      return;
    }
    renewAt = now + lease.toNanos() / 3;
    List<OutboxItem> all;
    synchronized (held) {
      all = List.copyOf(held.values());
    }
    if (!all.isEmpty()) {
      Set<String> unused = Stores.done(store.renew(all, lease));
    }
  }

  boolean areNone() {
    synchronized (held) {
      return held.isEmpty();
    }
  }

  /** When they are to be renewed; far away if there are none. */
  long renewAt() {
    synchronized (held) {
      return held.isEmpty() ? Long.MAX_VALUE : renewAt;
    }
  }

  /** Notes what an item is now; false if somebody else has it, or it could not be noted. */
  boolean note(OutboxItem after, boolean holds) {
    boolean isNoted = false;
    try {
      isNoted = Stores.done(store.put(after, holds));
    } catch (RuntimeException e) {
      boolean isTooLarge =
          e instanceof OutboxException refused
              && refused.reason() == OutboxException.Reason.TOO_LARGE;
      if (isTooLarge && after.answer().isPresent()) {
        OutboxItem without = after.toBuilder().answer(null).build();
        boolean unused = note(course.dead(without, String.valueOf(e.getMessage())), false);
        return false;
      }
      warnings.warn(e); // and others get it in time
    }
    if (!holds || !isNoted) {
      synchronized (held) {
        held.remove(Holding.of(after));
      }
    }
    return isNoted;
  }

  /** Lets others have one that was not begun with. */
  void giveBack(OutboxItem item) {
    boolean unused = note(item, false);
  }
}
