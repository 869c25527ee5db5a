package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.race.Race;
import io.github.resilientllm.internal.race.Refusal;
import io.github.resilientllm.internal.target.Admission;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.target.Permit;
import io.github.resilientllm.internal.target.Place;
import io.github.resilientllm.internal.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * Where a call asks its targets for permits, and tells its race what a refusal means for this call:
 * how long to wait for the target, in its queue if need be, or that it is passed over.
 */
final class Entrance {
  /** Spreads those who wait for the same turn, of whom one will get it. */
  private static final long SPREAD = 10_000_000;

  private final Engine engine;
  private final Frame frame;
  private final Race race;
  private final Accounts accounts;
  private final Runnable wake;
  private @Nullable Waits waits; // made when a target is full, which is rare

  Entrance(Engine engine, Frame frame, Race race, Accounts accounts, Runnable wake) {
    this.engine = engine;
    this.frame = frame;
    this.race = race;
    this.accounts = accounts;
    this.wake = wake;
  }

  /** Tells the race which waits are over before their time. */
  void announce() {
    if (waits != null) {
      waits.announce();
    }
  }

  /** Asks for a permit for the next attempt; null if it was refused, which the race then knows. */
  @Nullable Permit enter(Race.Move.Start move, boolean background, long now) {
    int index = move.target();
    EngineTarget target = frame.target(index);
    Place place = waits == null ? null : waits.take(index);
    if (race.waitingSince(index, now) < now && isTooLate(target, now)) {
      if (place != null) {
        target.standing().giveBackPlace();
      }
      race.refused(index, Refusal.RATE_LIMITED, Time.NEVER, now);
      skip(index, ErrorKind.LIMIT_EXCEEDED, "its turn came too late for an answer in time", now);
      return null;
    }
    Admission admission = target.standing().admit(now, place, move.forced(), background);
    if (admission.permit() == null) {
      refused(index, target, admission, background, now);
      return null;
    }
    if (waits != null) {
      waits.leave(); // a place for it elsewhere would lie idle while the attempt runs
    }
    return admission.permit();
  }

  /** Whether who has waited would surely be cut off by the deadline: others may use the turn. */
  private boolean isTooLate(EngineTarget target, long now) {
    return now + target.standing().leastNanos() >= frame.deadline();
  }

  /** Asks for a permit for a hedge, which does not wait; null if it was refused. */
  @Nullable Permit enterBeside(int index, boolean background, long now) {
    EngineTarget target = frame.target(index);
    if (!target.standing().hedging().takesHedges(now)) {
      race.hedgeRefused(index);
      return null;
    }
    if (!engine.hedges.tryTake(1, 0)) {
      race.hedgesRefused();
      return null;
    }
    Admission admission = target.standing().admit(now, null, false, background);
    if (admission.permit() == null) {
      race.hedgeRefused(index);
      engine.hedges.give(1);
    }
    return admission.permit();
  }

  /** Who speaks needs no other place, and others wait for it. */
  void leave() {
    if (waits != null) {
      waits.end();
    }
  }

  /** A target cannot serve the request, and is out of this call. */
  void passOver(int index, ErrorKind kind, String why, long now) {
    race.passedOver(index);
    skip(index, kind, why, now);
  }

  /** Gives back what was paid for an attempt that is not made, and says that it is not. */
  private void skip(int index, ErrorKind kind, String why, long now) {
    EngineTarget target = frame.target(index);
    ErrorKind unspent = race.takeUnspent(index);
    if (unspent != null) {
      target.budget().giveBack(unspent);
    }
    accounts.skipped(target, kind, why, now);
  }

  private void refused(
      int index, EngineTarget target, Admission admission, boolean background, long now) {
    long until = until(index, target, admission, background, now);
    race.refused(index, refusalOf(admission.verdict()), until, now);
    if (until == Time.NEVER) {
      skip(index, kindOf(admission.verdict()), reasonOf(admission.verdict()), now);
    }
  }

  private long until(
      int index, EngineTarget target, Admission admission, boolean background, long now) {
    return switch (admission.verdict()) {
      case THROTTLED, RATIONED -> admission.until() + (long) (engine.random.getAsDouble() * SPREAD);
      case PACED ->
          admission.until() - race.waitingSince(index, now)
                  <= target.standing().rateLimit().maxWait().toNanos()
              ? admission.until()
              : Time.NEVER;
      case FULL ->
          race.isSiblingAtHand(index, now) ? now : queueFor(index, target, background, now);
      case ADMITTED, OPEN, LOCKED -> Time.NEVER;
    };
  }

  /** Queues for a place; the instant at which to give up, or never if there is no queueing. */
  private long queueFor(int index, EngineTarget target, boolean background, long now) {
    long since = race.waitingSince(index, now);
    long until = since + target.standing().concurrency().maxWait().toNanos();
    if (frame.ladder().steps().size() > 1) { // there are other rungs
      until = Math.min(until, since + engine.policies.fallback().patience().toNanos());
      if (until >= frame.deadline()) {
        return Time.NEVER;
      }
    }
    until = Math.min(until, frame.deadline() - 1);
    if (until <= now) {
      return Time.NEVER; // it has had its wait
    }
    if (waits == null) {
      waits = new Waits(frame.targets(), race, wake, background);
    }
    return waits.join(index) ? until : Time.NEVER;
  }

  private static Refusal refusalOf(Admission.Verdict verdict) {
    return switch (verdict) {
      case OPEN -> Refusal.OPEN;
      case LOCKED -> Refusal.LOCKED;
      case THROTTLED, RATIONED -> Refusal.RATE_LIMITED;
      case PACED -> Refusal.PACED;
      case FULL -> Refusal.FULL;
      case ADMITTED -> throw new IllegalArgumentException("no refusal");
    };
  }

  private static ErrorKind kindOf(Admission.Verdict verdict) {
    return switch (verdict) {
      case OPEN, LOCKED -> ErrorKind.CIRCUIT_OPEN;
      default -> ErrorKind.LIMIT_EXCEEDED;
    };
  }

  private static String reasonOf(Admission.Verdict verdict) {
    return switch (verdict) {
      case OPEN, LOCKED -> "its circuit breaker is open";
      case FULL -> "no place within its concurrency limit";
      default -> "no turn within its rate limit";
    };
  }
}
