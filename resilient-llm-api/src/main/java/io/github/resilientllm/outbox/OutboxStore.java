package io.github.resilientllm.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Where work waits: durable, bounded, and in an order that is fair to tenants.
 *
 * <p>What a future of it acknowledges survives the end of the process and a loss of power. Its
 * futures fail with an {@link OutboxException}. All times are by one clock: the database's, or that
 * of the one machine. Implementations are safe for use by several threads, and several processes
 * may use one store at once unless it says otherwise.
 *
 * <p>The order, which {@link #take} follows: the {@linkplain Priority class} first; within a class
 * tenants in turn, so that a tenant with a million items leaves room for another's first; of one
 * tenant in the order of submission. Of a lane only its first item that waits can be taken, and
 * none while another of it is taken.
 */
public interface OutboxStore extends AutoCloseable {

  /**
   * Keeps an item.
   *
   * @param item that waits and has no lease
   * @return the item; the one that is there if one with its key is, whatever its state
   */
  CompletableFuture<OutboxItem> submit(OutboxItem item);

  /**
   * Gives items to whoever asks, for a time, in the order; fewer if fewer may be taken, none at
   * once if none. Those that have expired are ended instead. Where nothing is heard of an item in
   * that time, by {@link #renew} or {@link #put}, others get it.
   */
  CompletableFuture<List<OutboxItem>> take(Take what);

  /**
   * Holds items for longer, from now on.
   *
   * @return the ids of those that are still held
   */
  CompletableFuture<Set<String>> renew(List<OutboxItem> taken, Duration time);

  /**
   * Replaces an item that was taken. Its key, handler, priority, tenant, lane and submission stay.
   * One that is done loses work and answer.
   *
   * @param item with the lease that {@link #take} gave
   * @param holds whether the lease goes on; it does not beyond an end
   * @return false if it is not held by that lease any more; then nothing changed
   */
  CompletableFuture<Boolean> put(OutboxItem item, boolean holds);

  /** An item, with its content. */
  CompletableFuture<Optional<OutboxItem>> find(String id);

  /** The item with a key, with its content. */
  CompletableFuture<Optional<OutboxItem>> findByKey(String key);

  /** Some items, without content, in the order of submission. */
  CompletableFuture<Listing> list(Query query);

  /**
   * Changes all items that match; those that a change makes no sense for are left as they are.
   *
   * @return how many were changed
   */
  CompletableFuture<Integer> change(Query which, Change how);

  /** What there is. */
  CompletableFuture<Counts> counts();

  /** Stops or lets go on all taking of items that wait, on all machines, until told otherwise. */
  CompletableFuture<Void> pause(boolean paused);

  /** What all who use this store know together. It is asked for at every look, so it is quick. */
  CompletableFuture<Shared> shared();

  /**
   * Replaces the note that all share, unless somebody has replaced it meanwhile.
   *
   * @param before as {@link #shared} gave it
   * @param note up to 2,000 characters
   * @return whether it was replaced
   */
  CompletableFuture<Boolean> share(Shared before, String note);

  /** Ends this use of the store; what is taken can be taken by others, at the latest in time. */
  @Override
  void close();

  /** What is done to items at once. */
  enum Change {
    /** Ends those that have no end yet; also one that is being asked, whose answer is dropped. */
    CANCEL,
    /**
     * Lets those that ended undone wait again, without their past faults: dead, cancelled and
     * expired ones, which do not expire any more. One that was answered goes to its handler.
     */
    REPLAY,
    /** Lets those that have no end yet and are put off be taken now. */
    HURRY,
    /** Forgets those that have ended, with their keys. */
    PURGE
  }

  /**
   * Which items are taken.
   *
   * @param state {@code WAITING} ones to ask, {@code ANSWERED} ones to handle
   * @param handlers only items for these
   * @param most how many, 1 or more
   * @param time how long they are held
   * @param oldestFirst whether to give those that have waited longest, whatever their class
   */
  record Take(ItemState state, Set<String> handlers, int most, Duration time, boolean oldestFirst) {
    /** Checks the state and the numbers. */
    public Take {
      handlers = Set.copyOf(handlers);
      if (state.isEnd()) {
        throw new IllegalArgumentException("Items that are " + state + " cannot be taken");
      }
      if (most < 1 || time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException(
            "One item or more is taken for more than no time, not %d for %s".formatted(most, time));
      }
    }
  }

  /**
   * Some items.
   *
   * @param items without content
   * @param next where the listing goes on, for {@link Query#from}; empty at its end
   */
  record Listing(List<OutboxItem> items, String next) {
    /** Copies the list. */
    public Listing {
      items = List.copyOf(items);
      Objects.requireNonNull(next, "next");
    }
  }

  /**
   * What a store has.
   *
   * @param items by their state; absent for none
   * @param waiting those that wait, by their class; absent for none
   * @param oldest when the oldest that waits was submitted, by class; absent for none
   * @param bytes about what the content of all takes
   * @param paused whether taking was stopped
   */
  record Counts(
      Map<ItemState, Long> items,
      Map<Priority, Long> waiting,
      Map<Priority, Instant> oldest,
      long bytes,
      boolean paused) {
    /** Copies the maps. */
    public Counts {
      items = Map.copyOf(items);
      waiting = Map.copyOf(waiting);
      oldest = Map.copyOf(oldest);
    }

    /** How many are in a state. */
    public long of(ItemState state) {
      return items.getOrDefault(state, 0L);
    }
  }

  /**
   * What all who use a store know together.
   *
   * @param now the date, by the store's clock
   * @param paused whether taking was stopped
   * @param version another one for each note
   * @param note how fast they ask, in words of theirs; empty at first. A store does not look at it,
   *     and may lose it
   */
  record Shared(Instant now, boolean paused, long version, String note) {
    /** The most characters of a note. */
    public static final int MAX_NOTE_LENGTH = 2000;

    /** Checks that nothing is missing. */
    public Shared {
      Objects.requireNonNull(now, "now");
      Objects.requireNonNull(note, "note");
    }
  }

  /** Which items are meant; it does not change. */
  final class Query {
    private static final int DEFAULT_LIMIT = 1000;
    private static final int MAX_LIMIT = 10_000;
    private static final Query ALL =
        new Query(
            EnumSet.allOf(ItemState.class), null, null, null, null, Instant.MAX, DEFAULT_LIMIT, "");

    private final Set<ItemState> states;
    private final @Nullable String id;
    private final @Nullable String handler;
    private final @Nullable String tenant;
    private final @Nullable String reason;
    private final Instant changedBefore;
    private final int limit;
    private final String from;

    private Query(
        Set<ItemState> states,
        @Nullable String id,
        @Nullable String handler,
        @Nullable String tenant,
        @Nullable String reason,
        Instant changedBefore,
        int limit,
        String from) {
      this.states = Set.copyOf(states);
      this.id = id;
      this.handler = handler;
      this.tenant = tenant;
      this.reason = reason;
      this.changedBefore = Objects.requireNonNull(changedBefore, "changedBefore");
      this.limit = limit;
      this.from = Objects.requireNonNull(from, "from");
    }

    /** All of them; a listing gives 1,000 at once. */
    public static Query all() {
      return ALL;
    }

    /** One of them. */
    public static Query one(String id) {
      Objects.requireNonNull(id, "id");
      return new Query(ALL.states, id, null, null, null, ALL.changedBefore, ALL.limit, ALL.from);
    }

    /** The same, but only in one of these states; one or more. */
    public Query in(ItemState... some) {
      if (some.length == 0) {
        throw new IllegalArgumentException("A query is for one state or more");
      }
      return new Query(Set.of(some), id, handler, tenant, reason, changedBefore, limit, from);
    }

    /** The same, but only those for a handler. */
    public Query handler(String name) {
      Objects.requireNonNull(name, "name");
      return new Query(states, id, name, tenant, reason, changedBefore, limit, from);
    }

    /** The same, but only those of a tenant. */
    public Query tenant(String name) {
      Objects.requireNonNull(name, "name");
      return new Query(states, id, handler, name, reason, changedBefore, limit, from);
    }

    /** The same, but only those whose reason has this in it. */
    public Query reason(String part) {
      Objects.requireNonNull(part, "part");
      return new Query(states, id, handler, tenant, part, changedBefore, limit, from);
    }

    /** The same, but only those that last changed before an instant. */
    public Query changedBefore(Instant instant) {
      return new Query(states, id, handler, tenant, reason, instant, limit, from);
    }

    /** The same, with at most so many in a listing, 1 to 10,000. */
    public Query limit(int most) {
      if (most < 1 || most > MAX_LIMIT) {
        throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", not " + most);
      }
      return new Query(states, id, handler, tenant, reason, changedBefore, most, from);
    }

    /** The same, going on where {@link Listing#next} says; the beginning if that is empty. */
    public Query from(String next) {
      return new Query(states, id, handler, tenant, reason, changedBefore, limit, next);
    }

    /** Whether an item is meant. */
    public boolean matches(OutboxItem item) {
      return states.contains(item.state())
          && (id == null || id.equals(item.id()))
          && (handler == null || handler.equals(item.handler()))
          && (tenant == null || tenant.equals(item.tenant()))
          && (reason == null || item.reason().contains(reason))
          && item.changedAt().isBefore(changedBefore);
    }

    /** The states that are asked for. */
    public Set<ItemState> states() {
      return states;
    }

    /** The one item; empty for any. */
    public Optional<String> id() {
      return Optional.ofNullable(id);
    }

    /** The handler; empty for any. */
    public Optional<String> handler() {
      return Optional.ofNullable(handler);
    }

    /** The tenant; empty for any. */
    public Optional<String> tenant() {
      return Optional.ofNullable(tenant);
    }

    /** What the reason has in it; empty for anything. */
    public Optional<String> reason() {
      return Optional.ofNullable(reason);
    }

    /** The last change is before this. */
    public Instant changedBefore() {
      return changedBefore;
    }

    /** The most in a listing. */
    public int limit() {
      return limit;
    }

    /** Where to begin, as a page before said; empty for the beginning. */
    public String from() {
      return from;
    }
  }
}
