package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import io.github.resilientllm.outbox.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All items and their order, in memory. It decides who is next and knows of no disk; used under the
 * store's lock.
 *
 * <p>Tenants share by start-time fair queueing: an item's turn is one more than that of its
 * tenant's item before it, or than the turn that was last served if that is later. So a turn is
 * fixed at submission, whoever has many waits behind his own, and whoever comes new does not wait
 * for those who came before with many.
 */
final class Shelf {
  private static final Comparator<Slot> BY_TURN =
      Comparator.<Slot>comparingLong(slot -> slot.turn).thenComparingLong(slot -> slot.number);
  private static final Comparator<Slot> BY_NUMBER = Comparator.comparingLong(slot -> slot.number);

  private final TreeMap<Long, Slot> slots = new TreeMap<>();
  private final Map<String, Slot> byId = new HashMap<>();
  private final Map<String, Slot> byKey = new HashMap<>();
  private final Map<ReadyKey, Ready> ready = new HashMap<>();
  private final Map<String, Lane> lanes = new HashMap<>();
  private final Set<Slot> leased = new TreeSet<>(BY_NUMBER);
  private final NavigableSet<Slot> delayed =
      new TreeSet<>(
          Comparator.<Slot, Instant>comparing(s -> s.item.notBefore()).thenComparing(BY_NUMBER));
  private final NavigableSet<Slot> expiring =
      new TreeSet<>(
          Comparator.<Slot, Instant>comparing(s -> s.item.expiresAt()).thenComparing(BY_NUMBER));
  private final NavigableSet<Slot> done =
      new TreeSet<>(
          Comparator.<Slot, Instant>comparing(s -> s.item.changedAt()).thenComparing(BY_NUMBER));
  private final Map<Priority, Long> served = new EnumMap<>(Priority.class);
  private final Map<TenantKey, Long> lastTurns = new HashMap<>();
  private long bytes;
  private long nextNumber = 1;

  private record ReadyKey(ItemState state, String handler) {}

  private record TenantKey(Priority priority, String tenant) {}

  /** What waits in a lane. */
  private static final class Lane {
    final NavigableSet<Slot> waiting = new TreeSet<>(BY_NUMBER);
    int taken; // of these
  }

  /** What can be taken of one state for one handler. */
  private static final class Ready {
    final Map<Priority, NavigableSet<Slot>> byTurn = new EnumMap<>(Priority.class);
    final NavigableSet<Slot> byNumber = new TreeSet<>(BY_NUMBER);

    NavigableSet<Slot> of(Priority priority) {
      return byTurn.computeIfAbsent(priority, p -> new TreeSet<>(BY_TURN));
    }
  }

  long nextNumber() {
    return nextNumber;
  }

  @Nullable Slot find(String id) {
    return byId.get(id);
  }

  @Nullable Slot findByKey(String key) {
    return byKey.get(key);
  }

  /** All of them, in the order of submission, from a number on. */
  Collection<Slot> from(long number) {
    return slots.tailMap(number).values();
  }

  /** Those that are not done or cancelled. */
  int occupied() {
    return slots.size() - done.size();
  }

  int doneCount() {
    return done.size();
  }

  long bytes() {
    return bytes;
  }

  /** Adds an item; it can be taken when it has settled. */
  Slot add(long number, OutboxItem item, Instant now) {
    Slot slot = new Slot(number, item);
    slot.isSettling = true;
    nextNumber = Math.max(nextNumber, number + 1);
    slots.put(number, slot);
    byId.put(item.id(), slot);
    item.key().ifPresent(key -> byKey.put(key, slot));
    giveTurn(slot);
    enter(slot, now);
    return slot;
  }

  private void giveTurn(Slot slot) {
    Priority priority = slot.item.priority();
    TenantKey tenant = new TenantKey(priority, slot.item.tenant());
    long before = Math.max(served.getOrDefault(priority, 0L), lastTurns.getOrDefault(tenant, 0L));
    slot.turn = before + 1;
    lastTurns.put(tenant, slot.turn);
  }

  /**
   * Lets all be taken that were added. In the files an item that was written anew stands behind
   * those that came after it.
   */
  void settleInOrder(Instant now) {
    for (Slot slot : slots.values()) {
      leave(slot);
      giveTurn(slot);
      slot.isSettling = false;
      enter(slot, now);
    }
  }

  /** Forgets an item. */
  void remove(Slot slot, Instant now) {
    leave(slot);
    setBytes(slot, 0);
    slots.remove(slot.number);
    byId.remove(slot.item.id(), slot);
    slot.item.key().ifPresent(key -> byKey.remove(key, slot));
    first(slot, now);
  }

  /** Makes an item another, or only looks again where it belongs. */
  void set(Slot slot, OutboxItem item, Instant now) {
    boolean waitsAgain = slot.item.state().isEnd() && !item.state().isEnd();
    leave(slot);
    slot.item = item;
    if (waitsAgain) {
      giveTurn(slot);
    }
    if (item.state().isEnd()) {
      slot.lease = 0;
    }
    enter(slot, now);
    first(slot, now);
  }

  void setBytes(Slot slot, long now) {
    bytes += now - slot.bytes;
    slot.bytes = now;
  }

  /** What was asked and answered is needed no more where it was handled. */
  void dropContentOfDone(Slot slot) {
    if (slot.item.state() == ItemState.DONE) {
      slot.work = null;
      slot.answer = null;
      setBytes(slot, 0);
    }
  }

  /** What an item is now is durable. */
  void settled(Slot slot, Instant now) {
    leave(slot);
    slot.isSettling = false;
    enter(slot, now);
  }

  void lease(Slot slot, long lease, long until, Instant now) {
    leave(slot);
    slot.lease = lease;
    slot.leasedUntil = until;
    enter(slot, now);
  }

  private void leave(Slot slot) {
    Lane lane = slot.item.lane().map(lanes::get).orElse(null);
    boolean wasLeased = leased.remove(slot);
    if (lane != null && lane.waiting.remove(slot) && wasLeased) {
      lane.taken--;
    }
    delayed.remove(slot);
    expiring.remove(slot);
    done.remove(slot);
    Ready there = ready.get(new ReadyKey(slot.item.state(), slot.item.handler()));
    if (there != null) {
      there.of(slot.item.priority()).remove(slot);
      there.byNumber.remove(slot);
    }
  }

  private void enter(Slot slot, Instant now) {
    OutboxItem item = slot.item;
    if (item.state().isEnd()) {
      if (item.state() == ItemState.DONE || item.state() == ItemState.CANCELLED) {
        done.add(slot);
      }
      return;
    }
    if (slot.waits()) {
      item.lane().ifPresent(name -> enterLane(slot, name));
      if (!item.expiresAt().equals(Instant.MAX)) {
        expiring.add(slot);
      }
    }
    if (slot.lease != 0) {
      leased.add(slot);
    } else if (!slot.isSettling && item.notBefore().isAfter(now)) {
      delayed.add(slot);
    } else if (!slot.isSettling && isFirst(slot)) {
      Ready there =
          ready.computeIfAbsent(new ReadyKey(item.state(), item.handler()), k -> new Ready());
      there.of(item.priority()).add(slot);
      there.byNumber.add(slot);
    }
  }

  private void enterLane(Slot slot, String name) {
    Lane lane = lanes.computeIfAbsent(name, n -> new Lane());
    lane.waiting.add(slot);
    lane.taken += slot.lease == 0 ? 0 : 1;
  }

  /** Whether nothing of its lane comes before one that nobody has: a replayed one may be late. */
  private boolean isFirst(Slot slot) {
    Lane lane = slot.waits() ? slot.item.lane().map(lanes::get).orElse(null) : null;
    return lane == null || (lane.taken == 0 && lane.waiting.first() == slot);
  }

  /** Who was behind an item of a lane may be the first now, or no more. */
  private void first(Slot changed, Instant now) {
    String name = changed.item.lane().orElse(null);
    if (name == null) {
      return;
    }
    Lane lane = lanes.get(name);
    if (lane == null) {
      return;
    }
    if (lane.waiting.isEmpty()) {
      lanes.remove(name);
      return;
    }
    Slot first = lane.waiting.first();
    Slot second = lane.waiting.higher(first);
    for (Slot slot : second == null ? List.of(first) : List.of(first, second)) {
      leave(slot);
      enter(slot, now);
    }
  }

  /** The item of its lane that an item waits for; null if it waits for none. */
  @Nullable Slot before(Slot slot) {
    Lane lane = slot.waits() ? slot.item.lane().map(lanes::get).orElse(null) : null;
    return lane == null ? null : lane.waiting.lower(slot);
  }

  /** Those that wait and have expired, up to a number. */
  List<Slot> expired(Instant now, int most) {
    List<Slot> expired = new ArrayList<>();
    for (Slot slot : expiring) {
      if (!slot.hasExpired(now) || expired.size() == most) {
        break;
      }
      if (slot.isFree()) {
        expired.add(slot);
      }
    }
    return expired;
  }

  /** Those that were done before an instant, or are more than may be remembered. */
  List<Slot> forgettable(Instant before, int remembered, int most) {
    List<Slot> old = new ArrayList<>();
    int tooMany = done.size() - remembered;
    for (Slot slot : done) {
      boolean isOld = slot.item.changedAt().isBefore(before);
      if ((!isOld && old.size() >= tooMany) || old.size() == most) {
        break;
      }
      if (slot.isFree()) {
        old.add(slot);
      }
    }
    return old;
  }

  /** Lets those be taken whose time has come, or whose taker was not heard of in time. */
  void wake(Instant now, long nanos) {
    while (!delayed.isEmpty() && !delayed.first().item.notBefore().isAfter(now)) {
      Slot slot = delayed.first();
      leave(slot);
      enter(slot, now);
    }
    for (Slot slot : List.copyOf(leased)) {
      if (slot.leasedUntil - nanos <= 0) {
        leave(slot);
        slot.lease = 0;
        enter(slot, now);
        first(slot, now);
      }
    }
  }

  /** The next that can be taken for these handlers; null if none can. */
  @Nullable Slot next(
      ItemState state, Collection<String> handlers, boolean oldestFirst, Instant now) {
    Slot next = null;
    for (String handler : handlers) {
      Ready there = ready.get(new ReadyKey(state, handler));
      Slot mine =
          there == null ? null : oldestFirst ? least(there.byNumber, now) : least(there, now);
      if (mine != null && (next == null || isBefore(mine, next, oldestFirst))) {
        next = mine;
      }
    }
    return next;
  }

  private static @Nullable Slot least(Ready there, Instant now) {
    for (Priority priority : Priority.values()) {
      NavigableSet<Slot> slots = there.byTurn.get(priority);
      Slot least = slots == null ? null : least(slots, now);
      if (least != null) {
        return least;
      }
    }
    return null;
  }

  /** So many may have expired at once that not all are ended yet; they are passed over. */
  private static @Nullable Slot least(NavigableSet<Slot> slots, Instant now) {
    for (Slot slot : slots) {
      if (!slot.hasExpired(now)) {
        return slot;
      }
    }
    return null;
  }

  private static boolean isBefore(Slot one, Slot other, boolean oldestFirst) {
    if (oldestFirst) {
      return BY_NUMBER.compare(one, other) < 0;
    }
    int byClass = one.item.priority().compareTo(other.item.priority());
    return byClass == 0 ? BY_TURN.compare(one, other) < 0 : byClass < 0;
  }

  /** Notes that a turn was served, after which those who come new begin. */
  void served(Slot slot) {
    Priority priority = slot.item.priority();
    served.merge(priority, slot.turn, Math::max);
    TenantKey tenant = new TenantKey(priority, slot.item.tenant());
    if (lastTurns.getOrDefault(tenant, 0L) <= served.getOrDefault(priority, 0L)) {
      lastTurns.remove(tenant); // says nothing any more
    }
  }

  Counts counts(boolean paused) {
    Map<ItemState, Long> items = new EnumMap<>(ItemState.class);
    Map<Priority, Long> waiting = new EnumMap<>(Priority.class);
    Map<Priority, Instant> oldest = new EnumMap<>(Priority.class);
    for (Slot slot : slots.values()) {
      items.merge(slot.item.state(), 1L, Long::sum);
      if (slot.waits()) {
        waiting.merge(slot.item.priority(), 1L, Long::sum);
        oldest.putIfAbsent(slot.item.priority(), slot.item.submittedAt());
      }
    }
    return new Counts(items, waiting, oldest, bytes, paused);
  }
}
