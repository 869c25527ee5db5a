package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.policy.Draining;
import java.time.Duration;
import java.time.Instant;

/** What becomes of an item after what happened to it. */
final class Course {
  /** Processes that ended while they had it; perhaps because of it. */
  private static final int MOST_TAKES = 5;

  /** With {@link #doubted}'s delays an hour; a healthy item does not fail so often in a row. */
  private static final int MOST_DOUBTS = 10;

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Draining policy;

  Course(Draining policy) {
    this.policy = policy;
  }

  /** Why it must not be asked once more; empty if it may. */
  String obstacle(OutboxItem taken) {
    return taken.takes() > MOST_TAKES
        ? "was taken %d times by processes that ended without a word".formatted(taken.takes() - 1)
        : "";
  }

  OutboxItem dead(OutboxItem item, String reason) {
    return item.toBuilder().state(ItemState.DEAD).reason(reason).build();
  }

  OutboxItem answered(OutboxItem item, String answer, Instant now) {
    return item.toBuilder()
        .state(ItemState.ANSWERED)
        .answer(answer)
        .notBefore(now)
        .reason("")
        .build();
  }

  OutboxItem unanswered(OutboxItem item, Blame blame, String reason, Instant now) {
    return switch (blame) {
      case ITEM -> refused(item, reason, now);
      case DOUBT -> doubted(item, reason, now);
      case VENDOR, OVERLOAD -> putOff(item, reason, now);
      case NOBODY -> item.toBuilder().reason(reason).notBefore(now.plusSeconds(5)).build();
    };
  }

  private OutboxItem refused(OutboxItem item, String reason, Instant now) {
    OutboxItem after = item.toBuilder().attempts(item.attempts() + 1).reason(reason).build();
    return after.attempts() >= policy.attempts()
        ? dead(after, reason)
        : later(after, now, doubled(Duration.ofMinutes(1), 2 * item.attempts(), 60));
  }

  private OutboxItem doubted(OutboxItem item, String reason, Instant now) {
    OutboxItem after =
        item.toBuilder()
            .doubts(item.doubts() + 1)
            .reason(reason + ", while others were answered")
            .build();
    return after.doubts() >= MOST_DOUBTS
        ? dead(after, after.reason())
        : later(after, now, doubled(Duration.ofSeconds(30), item.doubts(), 20));
  }

  /**
   * At once again, for what was first must be first when the vendor is back; but one that is put
   * off again and again lets others try, for it may be the one that ails.
   */
  private static OutboxItem putOff(OutboxItem item, String reason, Instant now) {
    OutboxItem after = item.toBuilder().setbacks(item.setbacks() + 1).reason(reason).build();
    return item.setbacks() == 0
        ? after.toBuilder().notBefore(now).build()
        : later(after, now, doubled(SECOND, item.setbacks() - 1, 120));
  }

  /** Its handler took the answer, or failed at it. */
  OutboxItem handled(OutboxItem item, String failure, Instant now) {
    if (failure.isEmpty()) {
      return item.toBuilder().state(ItemState.DONE).reason("").build();
    }
    OutboxItem after =
        item.toBuilder()
            .state(ItemState.ANSWERED)
            .handlings(item.handlings() + 1)
            .reason(failure)
            .build();
    return after.handlings() >= policy.handlings()
        ? dead(after, failure)
        : later(after, now, doubled(Duration.ofSeconds(5), item.handlings(), 120));
  }

  private static OutboxItem later(OutboxItem item, Instant now, Duration delay) {
    return item.toBuilder().notBefore(now.plus(delay)).build();
  }

  private static Duration doubled(Duration first, int times, int most) {
    Duration delay = first;
    Duration longest = first.multipliedBy(most);
    for (int i = 0; i < times && delay.compareTo(longest) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(longest) < 0 ? delay : longest;
  }
}
