package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.file.FileLog;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import io.github.resilientllm.outbox.OutboxStore.Listing;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.OutboxStore.Take;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of an outbox from their opening to their first failure: the shelf in memory, and the
 * segments that it can be read from again.
 *
 * <p>Whatever changes is changed on the shelf and written in one step under the lock, so that the
 * order in the files is the order of what happened; who asked hears of it when it is durable.
 */
final class OpenFiles {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

  /** Held as long as the outbox is open, so that no other process opens it; has the pauses. */
  private static final String CONTROL = "outbox";

  /** How many are ended or forgotten with one taking, so that none takes long. */
  private static final int MOST_AT_ONCE = 200;

  /** When an item is read again that the disk could not give. */
  private static final Duration READ_AGAIN = Duration.ofSeconds(10);

  private final JournalDirectory journal;
  private final Limits limits;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final @Nullable FileLog control; // null if this only looks

  private final Object lock = new Object(); // guards what follows
  private final Shelf shelf = new Shelf();
  private final Segments segments;
  private final Compaction compaction;
  private boolean paused;
  private boolean closed;
  private @Nullable OutboxException broken;
  private long leases;

  private OpenFiles(
      JournalDirectory journal,
      Limits limits,
      InstantSource clock,
      LongSupplier nanos,
      Executor apart,
      @Nullable FileLog control,
      long firstLease) {
    this.journal = journal;
    this.limits = limits;
    this.clock = clock;
    this.nanos = nanos;
    this.control = control;
    this.leases = firstLease;
    long longest = limits.segmentBytes();
    this.segments = new Segments(journal, lock, longest, clock, this::heard, this::rolled);
    this.compaction = new Compaction(lock, shelf, segments, longest, apart, this::isUsable);
  }

  /**
   * Reads all files, after they were brought into order. Blocks.
   *
   * @param onlyLooks whether to leave them as they are, and to whoever has them
   */
  static OpenFiles open(
      JournalDirectory journal,
      Limits limits,
      InstantSource clock,
      LongSupplier nanos,
      Executor apart,
      long firstLease,
      boolean onlyLooks) {
    FileLog control = onlyLooks ? null : journal.openFile(CONTROL).join();
    OpenFiles files = new OpenFiles(journal, limits, clock, nanos, apart, control, firstLease);
    try {
      files.read();
      return files;
    } catch (Throwable e) {
      files.close();
      throw e;
    }
  }

  private void read() {
    journal.scan(CONTROL, (entry, offset) -> paused = ItemRecord.isPaused(entry.body()));
    Replay replay = new Replay(shelf, clock);
    for (Journal.Head head : segments.there()) {
      Segment segment = control == null ? segments.see(head) : segments.begin(Segment.number(head));
      journal.scan(segment.id(), (entry, offset) -> replay.read(segment, entry, offset));
    }
    shelf.settleInOrder(now());
    if (segments.size() == 0 && control != null) {
      Segment unused = segments.begin(1);
    }
  }

  private Instant now() {
    return clock.instant();
  }

  boolean isBroken() {
    synchronized (lock) {
      return broken != null;
    }
  }

  private boolean isUsable() {
    synchronized (lock) {
      return broken == null && !closed;
    }
  }

  private void requireUsable() {
    if (broken != null) {
      throw broken;
    }
    if (closed) {
      throw new OutboxException(Reason.CLOSED, "The outbox's store was closed");
    }
  }

  private void requireOwned() {
    requireUsable();
    if (control == null) {
      throw new OutboxException(
          Reason.BUSY, "This use of the outbox only looks; open it to change");
    }
  }

  /** The first failure is the end of these files. */
  private void heard(@Nullable Throwable failure) {
    if (failure == null) {
      return;
    }
    OutboxException told = Failures.told(failure);
    boolean isFirst;
    synchronized (lock) {
      isFirst = broken == null && !closed;
      broken = broken == null ? told : broken;
    }
    if (isFirst) {
      LOG.atWarn()
          .setCause(told)
          .log("The outbox's files failed; they are read again when next used");
      close();
    }
  }

  private void rolled() {
    compaction.beginIfWorthIt();
  }

  CompletableFuture<OutboxItem> submit(OutboxItem item) {
    if (item.work().length() > limits.itemBytes()) {
      throw new OutboxException(
          Reason.TOO_LARGE,
          "The work has %d characters and maxItemBytes is %d; shorten it or allow more"
              .formatted(item.work().length(), limits.itemBytes()));
    }
    Slot slot;
    CompletableFuture<Place> written;
    synchronized (lock) {
      requireOwned();
      Slot same = item.key().map(shelf::findByKey).orElse(null);
      same = same == null ? shelf.find(item.id()) : same;
      if (same != null) {
        return sameAgain(same);
      }
      requireRoom(item);
      Instant now = now();
      OutboxItem dated = dated(item, now);
      slot = shelf.add(shelf.nextNumber(), dated.toBuilder().work("").build(), now);
      shelf.setBytes(slot, item.bytes());
      slot.since = segments.last();
      written = segments.write(ItemRecord.ITEM, ItemRecord.item(dated, slot.number));
    }
    return written.thenApply(
        place -> {
          synchronized (lock) {
            if (slot.work == null && slot.since == place.segment()) {
              slot.work = place;
            }
            shelf.settled(slot, now());
            return slot.item;
          }
        });
  }

  /** A new item with its dates by our clock: that of whoever submits may have been set since. */
  private static OutboxItem dated(OutboxItem item, Instant now) {
    Duration shift = Duration.between(item.submittedAt(), now);
    return OutboxItem.builder(item.id(), item.handler(), item.work(), now)
        .key(item.key().orElse(null))
        .priority(item.priority())
        .tenant(item.tenant())
        .lane(item.lane().orElse(null))
        .notBefore(shifted(item.notBefore(), shift))
        .expiresAt(shifted(item.expiresAt(), shift))
        .build();
  }

  private static Instant shifted(Instant date, Duration shift) {
    return date.isAfter(Instant.MAX.minus(shift.abs())) ? Instant.MAX : date.plus(shift);
  }

  /** What is there is told when it is durable: behind something that is written now. */
  private CompletableFuture<OutboxItem> sameAgain(Slot same) {
    if (!same.isSettling) {
      return CompletableFuture.completedFuture(same.item);
    }
    return segments.held().thenApply(kept -> same.item);
  }

  private void requireRoom(OutboxItem item) {
    if (shelf.occupied() >= limits.items()) {
      throw new OutboxException(
          Reason.FULL,
          "%d items wait or were given up and maxItems is %d; purge some, allow more, or submit later"
              .formatted(shelf.occupied(), limits.items()));
    }
    if (shelf.bytes() + item.bytes() > limits.bytes()) {
      throw new OutboxException(
          Reason.FULL,
          "%d bytes of content wait and maxBytes is %d; purge some, allow more, or submit later"
              .formatted(shelf.bytes(), limits.bytes()));
    }
  }

  CompletableFuture<List<OutboxItem>> take(Take what) {
    List<Slot> slots = new ArrayList<>();
    synchronized (lock) {
      requireOwned();
      Instant now = now();
      tidy(now);
      shelf.wake(now, nanos.getAsLong());
      if (paused && what.state() == ItemState.WAITING) {
        return CompletableFuture.completedFuture(List.of());
      }
      while (slots.size() < what.most()) {
        Slot slot = shelf.next(what.state(), what.handlers(), what.oldestFirst(), now);
        if (slot == null) {
          break;
        }
        shelf.served(slot);
        shelf.lease(slot, ++leases, nanos.getAsLong() + what.time().toNanos(), now);
        if (what.state() == ItemState.WAITING) {
          shelf.set(slot, Changes.taken(slot.item), now);
        }
        slots.add(slot);
      }
      if (what.state() == ItemState.WAITING && !slots.isEmpty()) {
        // Nobody waits for it: lost with the power, an item was taken once more than it says.
        CompletableFuture<?> unused =
            segments.write(
                ItemRecord.TAKEN,
                ItemRecord.ids(slots.stream().map(slot -> slot.item.id()).toList()));
      }
    }
    return allOf(slots.stream().map(this::withContent).toList())
        .thenApply(items -> items.stream().flatMap(Optional::stream).toList());
  }

  private static <T> CompletableFuture<List<T>> allOf(List<CompletableFuture<T>> all) {
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
  }

  /** Ends what has expired, and forgets what was done long ago. Holds the lock. */
  private void tidy(Instant now) {
    for (Slot slot : shelf.expired(now, MOST_AT_ONCE)) {
      CompletableFuture<?> unused = changeTo(slot, Changes.expired(slot, now));
    }
    Instant remembered = now.minus(limits.remembersDone());
    List<Slot> old = shelf.forgettable(remembered, limits.items(), MOST_AT_ONCE);
    if (!old.isEmpty()) {
      CompletableFuture<?> unused = forget(old);
    }
  }

  private CompletableFuture<Place> forget(List<Slot> slots) {
    List<String> ids = slots.stream().map(slot -> slot.item.id()).toList();
    slots.forEach(slot -> shelf.remove(slot, now()));
    return segments.write(ItemRecord.GONE, ItemRecord.ids(ids));
  }

  /** Writes what an item is now. Holds the lock. */
  private CompletableFuture<Place> changeTo(Slot slot, OutboxItem item) {
    slot.isSettling = true;
    shelf.set(slot, item.toBuilder().answer(null).build(), now());
    CompletableFuture<Place> written = segments.write(ItemRecord.NOTE, ItemRecord.note(item));
    shelf.dropContentOfDone(slot);
    item.answer()
        .filter(answer -> slot.item.state() != ItemState.DONE)
        .ifPresent(answer -> shelf.setBytes(slot, slot.bytes + answer.length()));
    return written.thenApply(
        place -> {
          synchronized (lock) {
            if (item.answer().isPresent() && slot.item.state() != ItemState.DONE) {
              slot.answer = place;
            }
            shelf.settled(slot, now());
          }
          return place;
        });
  }

  /** An item that was taken, with its content. One that cannot be read holds up no others. */
  private CompletableFuture<Optional<OutboxItem>> withContent(Slot slot) {
    return content(slot)
        .handle(
            (item, failure) -> {
              if (failure == null) {
                return Optional.of(item);
              }
              unread(slot, Failures.told(failure));
              return Optional.<OutboxItem>empty();
            });
  }

  /** What is damaged is given up; a disk that fails may do better a little later. */
  private void unread(Slot slot, OutboxException failure) {
    synchronized (lock) {
      if (broken != null || closed || shelf.find(slot.item.id()) != slot) {
        return;
      }
      Instant now = now();
      shelf.lease(slot, 0, 0, now);
      if (failure.reason() == Reason.FAILED) {
        shelf.set(slot, slot.item.toBuilder().notBefore(now.plus(READ_AGAIN)).build(), now);
        return;
      }
      CompletableFuture<?> unused =
          changeTo(
              slot,
              slot.item.toBuilder()
                  .state(ItemState.DEAD)
                  .reason("cannot be read: " + failure.getMessage())
                  .changedAt(now)
                  .build());
    }
  }

  private CompletableFuture<OutboxItem> content(Slot slot) {
    OutboxItem item;
    Place work;
    Place answer;
    synchronized (lock) {
      item = slot.item.toBuilder().lease(slot.lease).build();
      work = slot.work;
      answer = slot.answer;
    }
    return segments
        .read(work)
        .thenCombine(
            segments.read(answer),
            (its, says) ->
                item.toBuilder()
                    .work(its == null || its.work() == null ? "" : its.work())
                    .answer(says == null ? null : says.answer())
                    .build())
        .exceptionallyCompose(failure -> contentAgain(slot, work, answer, failure));
  }

  /** It may have been written anew meanwhile, and its old place be gone. */
  private CompletableFuture<OutboxItem> contentAgain(
      Slot slot, @Nullable Place work, @Nullable Place answer, Throwable failure) {
    synchronized (lock) {
      if (Objects.equals(slot.work, work) && Objects.equals(slot.answer, answer)) {
        return CompletableFuture.failedFuture(failure);
      }
    }
    return content(slot);
  }

  CompletableFuture<Set<String>> renew(List<OutboxItem> taken, Duration time) {
    Set<String> held = new HashSet<>();
    synchronized (lock) {
      requireOwned();
      for (OutboxItem item : taken) {
        Slot slot = held(item);
        if (slot != null) {
          slot.leasedUntil = nanos.getAsLong() + time.toNanos();
          held.add(item.id());
        }
      }
    }
    return CompletableFuture.completedFuture(held);
  }

  /** The slot of an item if whoever has the item still holds it. Holds the lock. */
  private @Nullable Slot held(OutboxItem item) {
    Slot slot = shelf.find(item.id());
    if (slot == null || item.lease() == 0 || slot.lease != item.lease()) {
      return null;
    }
    return slot.leasedUntil - nanos.getAsLong() > 0 ? slot : null;
  }

  CompletableFuture<Boolean> put(OutboxItem item, boolean holds) {
    if (item.answer().isPresent() && item.answer().get().length() > limits.itemBytes()) {
      throw new OutboxException(
          Reason.TOO_LARGE,
          "The answer has %d characters and maxItemBytes is %d; allow more"
              .formatted(item.answer().get().length(), limits.itemBytes()));
    }
    CompletableFuture<Place> written;
    synchronized (lock) {
      requireOwned();
      Slot slot = held(item);
      if (slot == null) {
        return CompletableFuture.completedFuture(false);
      }
      OutboxItem after = Changes.put(slot, item, now());
      if (!holds) {
        shelf.lease(slot, 0, 0, now());
      }
      written = changeTo(slot, after);
    }
    return written.thenApply(place -> true);
  }

  CompletableFuture<Optional<OutboxItem>> find(String id) {
    Slot slot;
    synchronized (lock) {
      requireUsable();
      slot = shelf.find(id);
    }
    return slot == null
        ? CompletableFuture.completedFuture(Optional.empty())
        : content(slot).thenApply(Optional::of);
  }

  CompletableFuture<Optional<OutboxItem>> findByKey(String key) {
    Slot slot;
    synchronized (lock) {
      requireUsable();
      slot = shelf.findByKey(key);
    }
    return slot == null
        ? CompletableFuture.completedFuture(Optional.empty())
        : content(slot).thenApply(Optional::of);
  }

  CompletableFuture<Listing> list(Query query) {
    List<OutboxItem> items = new ArrayList<>();
    String next = "";
    synchronized (lock) {
      requireUsable();
      long from = query.from().isEmpty() ? 0 : number(query.from());
      for (Slot slot : candidates(query, from)) {
        if (!query.matches(slot.item)) {
          continue;
        }
        if (items.size() == query.limit()) {
          next = String.valueOf(slot.number);
          break;
        }
        items.add(told(slot));
      }
    }
    return CompletableFuture.completedFuture(new Listing(items, next));
  }

  /** Those from a number on that may be meant, in the order of submission. Holds the lock. */
  private Collection<Slot> candidates(Query query, long from) {
    if (query.id().isEmpty()) {
      return shelf.from(from);
    }
    Slot one = shelf.find(query.id().get());
    return one == null || one.number < from ? List.of() : List.of(one);
  }

  /** An item of a lane that waits for another says so. */
  private OutboxItem told(Slot slot) {
    Slot before = shelf.before(slot);
    OutboxItem item = slot.item.toBuilder().lease(slot.lease).build();
    return before == null || !item.reason().isEmpty()
        ? item
        : item.toBuilder().reason("waits for " + before.item.id() + " before it").build();
  }

  private static long number(String from) {
    try {
      return Long.parseLong(from);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "A listing goes on from what the page before said, not from '" + from + "'", e);
    }
  }

  CompletableFuture<Integer> change(Query which, Change how) {
    List<CompletableFuture<Place>> written = new ArrayList<>();
    int count = 0;
    synchronized (lock) {
      requireOwned();
      Instant now = now();
      List<Slot> slots = new ArrayList<>();
      for (Slot slot : candidates(which, 0)) {
        if (which.matches(slot.item) && Changes.takes(how, slot, now)) {
          slots.add(slot);
        }
      }
      count = slots.size();
      if (how == Change.PURGE) {
        for (int i = 0; i < count; i += MOST_AT_ONCE) {
          written.add(forget(slots.subList(i, Math.min(count, i + MOST_AT_ONCE))));
        }
      } else {
        slots.forEach(slot -> written.add(changeTo(slot, Changes.changed(slot, how, now))));
      }
    }
    int changed = count;
    return allOf(written).thenApply(places -> changed);
  }

  CompletableFuture<Counts> counts() {
    synchronized (lock) {
      requireUsable();
      return CompletableFuture.completedFuture(shelf.counts(paused));
    }
  }

  boolean isPaused() {
    synchronized (lock) {
      requireUsable();
      return paused;
    }
  }

  CompletableFuture<Void> pause(boolean stops) {
    CompletableFuture<Void> written;
    synchronized (lock) {
      requireOwned();
      paused = stops;
      FileLog its = Objects.requireNonNull(control);
      JournalEntry entry =
          JournalEntry.other(
              its.lastSequence() + 1,
              now(),
              ItemRecord.PAUSED,
              ConversationState.IDLE,
              ItemRecord.paused(stops));
      written = its.append(entry);
    }
    CompletableFuture<?> unused = written.whenComplete((done, failure) -> heard(failure));
    return written;
  }

  void close() {
    synchronized (lock) {
      closed = true;
    }
    segments.close();
    if (control != null) {
      control.close();
    }
  }
}
