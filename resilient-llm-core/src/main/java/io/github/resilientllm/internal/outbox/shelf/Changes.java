package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Change;
import java.time.Instant;

/** What becomes of an item on the shelf when it is changed. It decides only. */
final class Changes {
  private Changes() {}

  /** Whether a change makes sense for an item. */
  static boolean takes(Change how, Slot slot, Instant now) {
    ItemState state = slot.item.state();
    return switch (how) {
      case CANCEL -> !state.isEnd();
      case HURRY -> !state.isEnd() && slot.lease == 0 && slot.item.notBefore().isAfter(now);
      case REPLAY -> state.isEnd() && state != ItemState.DONE;
      case PURGE -> state.isEnd();
    };
  }

  /** The item after a change that is no purge. */
  static OutboxItem changed(Slot slot, Change how, Instant now) {
    if (how == Change.CANCEL) {
      return slot.item.toBuilder().state(ItemState.CANCELLED).reason("").changedAt(now).build();
    }
    if (how == Change.HURRY) {
      return slot.item.toBuilder().notBefore(now).changedAt(now).build();
    }
    return slot.item.toBuilder()
        .state(slot.answer == null ? ItemState.WAITING : ItemState.ANSWERED)
        .attempts(0)
        .doubts(0)
        .handlings(0)
        .setbacks(0)
        .takes(0)
        .notBefore(now)
        .expiresAt(Instant.MAX)
        .reason("")
        .changedAt(now)
        .build();
  }

  /** The item when somebody has taken it. */
  static OutboxItem taken(OutboxItem item) {
    return item.toBuilder().takes(item.takes() + 1).build();
  }

  /** The item after whoever has it put another one in its place. */
  static OutboxItem put(Slot slot, OutboxItem item, Instant now) {
    OutboxItem.Builder after =
        slot.item.toBuilder()
            .state(item.state())
            .notBefore(item.notBefore())
            .expiresAt(item.expiresAt())
            .attempts(item.attempts())
            .doubts(item.doubts())
            .handlings(item.handlings())
            .setbacks(item.setbacks())
            .takes(0)
            .reason(item.reason())
            .changedAt(now);
    if (slot.answer == null && item.state() != ItemState.DONE) {
      after.answer(item.answer().orElse(null));
    }
    return after.build();
  }

  /** The item when its time is over. */
  static OutboxItem expired(Slot slot, Instant now) {
    String before = slot.item.reason();
    return slot.item.toBuilder()
        .state(ItemState.EXPIRED)
        .reason(
            "was not answered by "
                + slot.item.expiresAt()
                + (before.isEmpty() ? "" : "; before that: " + before))
        .changedAt(now)
        .build();
  }
}
