package io.github.resilientllm.internal;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.Optional;

/** Whether a call asks the same target again, and when: delay, deadline, other targets, budget. */
final class Retries {
  private final Engine engine;
  private final Call call;
  private final Race race;

  Retries(Engine engine, Call call, Race race) {
    this.engine = engine;
    this.call = call;
    this.race = race;
  }

  /**
   * Schedules the retry that the race asks about, or gives up on its target.
   *
   * @param openingNanos how long an attempt may take to speak
   */
  void decide(Race.Move.Retry move, long openingNanos, long now) {
    int index = move.target();
    ProviderException after = move.after();
    Optional<Duration> server = after.retryAfter();
    EngineTarget target = call.targets.get(index);
    if (!after.kind().locksOutTarget() && race.isSiblingAtHand(index, now)) {
      askSibling(index, after.kind(), openingNanos, now);
      return;
    }
    if (server.isPresent()
        && server.get().compareTo(engine.policies.retry().maxServerDelay()) > 0) {
      giveUpOn(index, after.kind(), now);
      return;
    }
    Candidate asked = race.candidate(index);
    long own =
        Backoff.delayNanos(
            engine.policies.retry(),
            after.kind(),
            Math.max(1, asked.tries), // 0 if all that failed here was a hedge
            asked.lastDelay,
            engine.random.getAsDouble());
    long floor = server.map(Duration::toNanos).orElse(0L);
    long at = Math.max(now, asked.failedAt + floor + own);
    // What does not fit into the deadline is not begun, and the budget is asked before the wait.
    if (at >= call.deadline() || leavesNoTimeForOthers(index, after.kind(), at + openingNanos)) {
      giveUpOn(index, after.kind(), now);
      return;
    }
    if (!race.isPaid(index) && !target.guard().tryRetry(after.kind())) {
      giveUpOn(index, after.kind(), now);
      race.denied(index);
      return;
    }
    race.retryAt(index, at, own);
    engine.events.retryScheduled(call.id(), target.name(), at - now, server.isPresent());
  }

  /**
   * Goes to another member of the group at once. After a failure of the service behind them that is
   * a retry and costs as much.
   */
  private void askSibling(int index, ErrorKind after, long openingNanos, long now) {
    boolean costs = Siblings.share(after);
    if (costs
        && ((race.othersLeft(index) && now + openingNanos >= call.deadline())
            || !(race.isPaid(index) || call.targets.get(index).guard().tryRetry(after)))) {
      race.denied(index);
      return;
    }
    race.park(index, costs);
  }

  /** A second time-out could use up the call while another target stands by that might answer. */
  private boolean leavesNoTimeForOthers(int index, ErrorKind after, long end) {
    return race.othersLeft(index) && (after == ErrorKind.TIMEOUT || end >= call.deadline());
  }

  private void giveUpOn(int index, ErrorKind after, long now) {
    race.giveUpOn(index);
    call.targets.get(index).guard().gaveUp(after, now);
  }
}
