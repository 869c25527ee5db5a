package io.github.resilientllm.postgres.internal.outbox;

import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import io.github.resilientllm.postgres.internal.outbox.ItemStatements.Size;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How much there may be. It counts when what it knows is old, and before it refuses: a row that all
 * who submit would change would make them, and their transactions, wait for one another. So several
 * machines together may come somewhat above the limits, one does not.
 *
 * <p>One thread counts at a time, and for all who came before it began: a full outbox that many
 * want to submit to is not a scan for each of them.
 */
final class Room {
  /** Counting takes a quarter of a second where a million items wait. */
  private static final long KNOWN_FOR = 10_000_000_000L;

  private final int maxItems;
  private final long maxBytes;
  private final LongSupplier nanos;
  private final Lock counts = new ReentrantLock(); // who has it counts
  private final Object lock = new Object(); // guards what follows
  private boolean isKnown;
  private long countedFrom; // when the last count began
  private long items;
  private long bytes;

  Room(int maxItems, long maxBytes, LongSupplier nanos) {
    this.maxItems = maxItems;
    this.maxBytes = maxBytes;
    this.nanos = nanos;
  }

  /** What counts. */
  interface Counting {
    Size size(Connection connection) throws SQLException;
  }

  /**
   * Takes room for an item.
   *
   * @throws OutboxException {@code FULL} if there is none
   */
  void take(Connection connection, long itemBytes, Counting counting) throws SQLException {
    if (takes(itemBytes)) {
      return;
    }
    long came = nanos.getAsLong();
    counts.lock();
    try {
      if (takes(itemBytes)) {
        return;
      }
      if (!isCountedSince(came)) {
        count(connection, counting);
      }
      if (!takes(itemBytes)) {
        throw new OutboxException(Reason.FULL, full());
      }
    } finally {
      counts.unlock();
    }
  }

  private void count(Connection connection, Counting counting) throws SQLException {
    long began = nanos.getAsLong();
    Size size = counting.size(connection);
    synchronized (lock) {
      isKnown = true;
      countedFrom = began;
      items = size.items();
      bytes = size.bytes();
    }
  }

  private boolean isCountedSince(long instant) {
    synchronized (lock) {
      return isKnown && countedFrom - instant >= 0;
    }
  }

  private boolean takes(long itemBytes) {
    synchronized (lock) {
      boolean isOld = !isKnown || nanos.getAsLong() - countedFrom > KNOWN_FOR;
      if (isOld || items >= maxItems || bytes + itemBytes > maxBytes) {
        return false;
      }
      items++;
      bytes += itemBytes;
      return true;
    }
  }

  private String full() {
    synchronized (lock) {
      return items >= maxItems
          ? "%d items wait or were given up and maxItems is %d; purge some, allow more, or submit later"
              .formatted(items, maxItems)
          : "%d bytes of content wait and maxBytes is %d; purge some, allow more, or submit later"
              .formatted(bytes, maxBytes);
    }
  }
}
