package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.file.FileLog;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments in their order: the last one is written to, and a new one begun when it is long
 * enough; all are read from. Used under the store's lock, but for what blocks and for reading.
 */
final class Segments {
  /** What an item takes in the files beside its content. */
  static final long OVERHEAD = 400;

  private final JournalDirectory journal;
  private final long longest;
  private final InstantSource clock;
  private final Consumer<@Nullable Throwable> heard;
  private final Runnable rolled;

  private final Object lock; // the store's; guards what follows
  private final List<Segment> all = new ArrayList<>();
  private @Nullable FileLog log; // of the last segment
  private boolean rolling;
  private boolean closed;

  /**
   * None yet.
   *
   * @param longest after so many bytes a new one begins
   * @param heard hears of each write that it has failed, or null
   * @param rolled runs when a new one was begun
   */
  Segments(
      JournalDirectory journal,
      Object lock,
      long longest,
      InstantSource clock,
      Consumer<@Nullable Throwable> heard,
      Runnable rolled) {
    this.journal = journal;
    this.lock = lock;
    this.longest = longest;
    this.clock = clock;
    this.heard = heard;
    this.rolled = rolled;
  }

  /** Those on the disk, in order. Blocks. */
  List<Journal.Head> there() {
    return journal.list().join().stream()
        .filter(head -> Segment.isOne(head.conversation()))
        .sorted(Comparator.comparing(Journal.Head::conversation))
        .toList();
  }

  /** Adds one that is only read. */
  Segment see(Journal.Head head) {
    all.add(new Segment(head));
    return last();
  }

  /** Opens one behind the others, which cuts a torn end. Blocks. */
  Segment begin(long number) {
    FileLog before = log;
    if (before != null) {
      before.close();
    }
    begin(number, journal.openFile(Segment.id(number)).join());
    return last();
  }

  private void begin(long number, FileLog its) {
    all.add(new Segment(number, its.incarnation()));
    log = its;
  }

  Segment last() {
    return all.get(all.size() - 1);
  }

  Segment oldest() {
    return all.get(0);
  }

  int size() {
    return all.size();
  }

  /** About, of all. */
  long bytes() {
    return all.stream().mapToLong(segment -> segment.bytes).sum();
  }

  /** Adds a record behind all others. */
  CompletableFuture<Place> write(String kind, String body) {
    FileLog to = Objects.requireNonNull(log);
    Segment segment = last();
    segment.bytes += body.length() + OVERHEAD / 2;
    JournalEntry entry =
        JournalEntry.other(
            to.lastSequence() + 1, clock.instant(), kind, ConversationState.IDLE, body);
    CompletableFuture<Place> written =
        to.place(entry).thenApply(offset -> new Place(segment, offset));
    CompletableFuture<?> unused = written.whenComplete((place, failure) -> heard.accept(failure));
    if (segment.bytes > longest && !rolling) {
      roll(segment.number + 1);
    }
    return written;
  }

  /** Begins a new segment when it is open; what is written until then goes to the old one. */
  private void roll(long number) {
    rolling = true;
    CompletableFuture<?> unused =
        journal
            .openFile(Segment.id(number))
            .whenComplete(
                (next, failure) -> {
                  if (failure != null) {
                    heard.accept(failure);
                    return;
                  }
                  rolled(number, next);
                });
  }

  private void rolled(long number, FileLog next) {
    FileLog before;
    synchronized (lock) {
      rolling = false;
      before = closed ? next : log;
      if (!closed) {
        begin(number, next);
      }
    }
    if (before != null) {
      before.close();
    }
    rolled.run();
  }

  /** When all that was written so far is durable. */
  CompletableFuture<?> held() {
    return Objects.requireNonNull(log).held();
  }

  /** The texts of the record at a place; null if there is no place. Needs no lock. */
  @SuppressWarnings("NullAway") // a future of what may be null
  CompletableFuture<ItemRecord.@Nullable Content> read(@Nullable Place place) {
    if (place == null) {
      return CompletableFuture.completedFuture(null);
    }
    return journal
        .readAt(place.segment().id(), place.segment().incarnation, place.offset())
        .thenApply(
            entry -> {
              try {
                return ItemRecord.Content.of(ItemRecord.read(entry.body()));
              } catch (IOException e) {
                throw new OutboxException(
                    Reason.DAMAGED, "A record of the outbox cannot be read", e);
              }
            });
  }

  /** Forgets one that was deleted. */
  void remove(Segment segment) {
    all.remove(segment);
  }

  /** Deletes one in which no item starts. Blocks; needs no lock. */
  void delete(Segment segment) {
    boolean unused = journal.delete(segment.id()).join();
  }

  /** Writes no more. Takes the lock itself. */
  void close() {
    FileLog its;
    synchronized (lock) {
      closed = true;
      its = log;
    }
    if (its != null) {
      its.close();
    }
  }
}
