package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import io.github.resilientllm.outbox.OutboxItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room: while half of all segments is worth nothing, what is left of the oldest is written
 * anew behind all others, and it goes. One at a time, on a thread apart.
 */
final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  private final Shelf shelf;
  private final Segments segments;
  private final long segmentBytes;
  private final Executor apart;
  private final BooleanSupplier isUsable;

  private final Object lock; // the store's; guards the shelf, the segments and what follows
  private boolean runs;

  /**
   * Nothing runs yet.
   *
   * @param segmentBytes after which a new segment begins
   * @param isUsable whether the store is; takes the lock itself
   */
  Compaction(
      Object lock,
      Shelf shelf,
      Segments segments,
      long segmentBytes,
      Executor apart,
      BooleanSupplier isUsable) {
    this.lock = lock;
    this.shelf = shelf;
    this.segments = segments;
    this.segmentBytes = segmentBytes;
    this.apart = apart;
    this.isUsable = isUsable;
  }

  /** Begins with the oldest segment, unless it has or that is worth too much. */
  void beginIfWorthIt() {
    Segment oldest;
    synchronized (lock) {
      if (runs || !isUsable.getAsBoolean() || segments.size() < 2 || !isWorthIt()) {
        return;
      }
      runs = true;
      oldest = segments.oldest();
    }
    try {
      apart.execute(() -> compact(oldest));
    } catch (RuntimeException | Error e) { // no thread to be had; at the next segment, then
      synchronized (lock) {
        runs = false;
      }
    }
  }

  private boolean isWorthIt() {
    long alive = shelf.bytes() + Segments.OVERHEAD * (shelf.occupied() + (long) shelf.doneCount());
    return segments.bytes() >= 2 * alive + 2 * segmentBytes;
  }

  private void compact(Segment oldest) {
    boolean isGone = false;
    try {
      List<CompletableFuture<?>> moved = new ArrayList<>();
      for (Slot slot : startingIn(oldest)) {
        moved.add(move(slot, oldest));
      }
      CompletableFuture.allOf(moved.toArray(CompletableFuture[]::new)).join();
      boolean isEmpty;
      synchronized (lock) {
        isEmpty = isUsable.getAsBoolean() && startingIn(oldest).isEmpty();
      }
      if (isEmpty) {
        // It stays the oldest until it is gone: what later ones say of its items must not go first.
        segments.delete(oldest);
        synchronized (lock) {
          segments.remove(oldest);
        }
        isGone = true;
      }
    } catch (Throwable e) {
      if (isUsable.getAsBoolean()) {
        LOG.atWarn()
            .addKeyValue("segment", oldest.id())
            .setCause(e)
            .log("A segment of the outbox could not be compacted; it stays");
      }
      isGone = false;
    }
    synchronized (lock) {
      runs = false;
    }
    if (isGone) {
      beginIfWorthIt();
    }
  }

  private List<Slot> startingIn(Segment segment) {
    synchronized (lock) {
      List<Slot> slots = new ArrayList<>();
      for (Slot slot : shelf.from(0)) {
        if (slot.since() == segment) {
          slots.add(slot);
        }
      }
      return slots;
    }
  }

  /** Writes an item behind all others, as it is now. Blocks while it reads. */
  private CompletableFuture<?> move(Slot slot, Segment from) {
    while (true) {
      Place work;
      Place answer;
      synchronized (lock) {
        work = slot.work;
        answer = slot.answer;
      }
      ItemRecord.Content its = segments.read(work).join();
      ItemRecord.Content says = segments.read(answer).join();
      synchronized (lock) {
        if (!isUsable.getAsBoolean()) {
          throw new OutboxException(Reason.CLOSED, "The outbox's store was closed");
        }
        boolean isThere = shelf.find(slot.item.id()) == slot && slot.since() == from;
        if (!isThere) {
          return CompletableFuture.completedFuture(null);
        }
        if (slot.isSettling) {
          return segments.held(); // it is moved with the next attempt
        }
        if (!Objects.equals(slot.work, work) || !Objects.equals(slot.answer, answer)) {
          continue;
        }
        String text = its == null ? null : its.work();
        OutboxItem whole =
            slot.item.toBuilder()
                .work(text == null ? "" : text)
                .answer(says == null ? null : says.answer())
                .build();
        Segment to = segments.last();
        return segments
            .write(ItemRecord.ITEM, ItemRecord.item(whole, slot.number))
            .thenAccept(
                place -> {
                  synchronized (lock) {
                    slot.since = to;
                    slot.work = slot.work == null ? null : place;
                    boolean isSame = answer != null && answer.equals(slot.answer);
                    slot.answer = isSame ? place : slot.answer;
                  }
                });
      }
    }
  }
}
