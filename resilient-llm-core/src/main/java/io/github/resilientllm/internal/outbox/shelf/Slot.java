package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One item on the shelf, without its content. Guarded by the store's lock. */
final class Slot {
  /** In the order of submission. */
  final long number;

  OutboxItem item;
  long bytes; // of its content
  long turn; // in its class
  @Nullable Place work;
  @Nullable Place answer;
  @Nullable Segment since; // the whole item and all notes after it are here and behind
  boolean isSettling; // what it is now is not durable yet
  long lease; // 0 if nobody has it
  long leasedUntil;

  Slot(long number, OutboxItem item) {
    this.number = number;
    this.item = item;
  }

  boolean isFree() {
    return lease == 0 && !isSettling;
  }

  boolean waits() {
    return item.state() == ItemState.WAITING;
  }

  boolean hasExpired(Instant now) {
    return waits() && !item.expiresAt().isAfter(now);
  }

  Segment since() {
    return Objects.requireNonNull(since, "an item that was written");
  }

  @Override
  public String toString() {
    return "Slot[" + number + ", " + item + "]";
  }
}
