package io.github.resilientllm.internal;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.guard.Admission;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.provider.ProviderException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a call does next: the race over its candidates, as a state machine without clock, threads or
 * I/O. It is told what happened and asked for the next move.
 *
 * <p>A candidate is a target with an instant at which it may start. A retry is the same target
 * again, later; a fallback is the next target; a hedge is an attempt beside one whose first token
 * is late. While an attempt is running only hedges start. When none is, the first target in order
 * that may start soon enough is the one, then the one that may start soonest; and when only open
 * breakers are left, the last of those targets, for the last target is never ejected.
 */
final class Race {
  /** What to do next. */
  sealed interface Move {
    /** Start an attempt; an open breaker is no obstacle if it is forced. */
    record Start(int target, Attempt.Kind kind, boolean forced) implements Move {}

    /** Decide about a retry: answer with {@link #retryAt} or {@link #giveUpOn}. */
    record Retry(int target, ProviderException after) implements Move {}

    /** Wait until the instant, or until something happens. */
    record Wait(long until) implements Move {}

    /** The call has failed. */
    record End(ErrorKind kind) implements Move {}
  }

  private static final Move WAIT = new Move.Wait(Time.NEVER);
  private static final Move FIRST = new Move.Start(0, Attempt.Kind.FIRST, false);

  private final RaceRules rules;
  private final Candidate[] candidates;
  private int started;
  private int running;
  private byte hedges; // at most 5; an int would make each race 8 bytes larger
  private long hedgeAt = Time.NEVER;
  private int hedgedTarget;
  private boolean noNewTargets;
  private boolean toolGenerationRetried;
  private boolean unauthorizedRetried;
  private @Nullable ProviderException last;

  Race(RaceRules rules) {
    this.rules = rules;
    this.candidates = new Candidate[rules.targets()];
  }

  /** The next move at this instant. The same state and instant give the same move. */
  Move next(long now) {
    if (running > 0) {
      return nextWhileRunning(now);
    }
    Move move = first(now);
    return move != null ? move : soonest();
  }

  /** An attempt at the target started. */
  void started(int target, Attempt.Kind kind, long hedgeAfterNanos, long now) {
    Candidate candidate = candidate(target);
    started++;
    running++;
    candidate.started();
    Siblings.started(rules, candidates, target, kind, last);
    if (kind == Attempt.Kind.HEDGE) {
      hedges++;
    } else {
      candidate.tries++;
    }
    hedgedTarget = target;
    hedgeAt = hedges < rules.maxHedges() ? now + hedgeAfterNanos : Time.NEVER;
  }

  /** The attempt may not start; without a later instant the target is passed over. */
  void refused(int target, Admission.Verdict why, long until, long now) {
    Candidate candidate = candidate(target);
    candidate.waitingSince = waitingSince(target, now);
    candidate.refusal = why;
    switch (why) {
      case OPEN, LOCKED -> candidate.out = true;
      default -> {
        candidate.readyAt = until;
        candidate.putOff = why == Admission.Verdict.FULL && until <= now;
        candidate.waitIsOurs = false;
        candidate.out |= until == Time.NEVER;
      }
    }
  }

  /** When the target began to make this call wait; now, if it does not yet. */
  long waitingSince(int target, long now) {
    long since = candidate(target).waitingSince;
    return since < 0 ? now : since;
  }

  /** A hedge may not start at this target; another one may take it. */
  void hedgeRefused(int target) {
    hedgedTarget = Math.max(hedgedTarget, target);
    if (nextToHedge() < 0) {
      hedgeRefused();
    }
  }

  /** A hedge may not start; this call has no more of them. */
  void hedgeRefused() {
    hedgeAt = Time.NEVER;
  }

  /** An attempt spoke first: the others are losers, and no hedge will start. */
  void committed() {
    running = 1;
    hedgeAt = Time.NEVER;
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      if (candidate != null) {
        candidate.running = 0;
        candidate.out |=
            Siblings.tries(rules, candidates, i) >= rules.maxAttempts(); // a loser had its try, too
      }
    }
  }

  /**
   * A running attempt failed.
   *
   * @return whether the target may be asked again in this call
   */
  boolean failed(int target, ProviderException failure, long now) {
    Candidate candidate = candidate(target);
    running--;
    if (candidate.running > 0) {
      candidate.running--;
    }
    last = failure;
    if (rules.isFinal(failure.kind())) {
      // It would fail everywhere. What other targets have in flight or in hand may still succeed.
      candidate.out = true;
      noNewTargets = true;
      return false;
    }
    if (failure.kind() == ErrorKind.CONTEXT_TOO_LONG
        && rules.onContextTooLong() == Fallback.ContextTooLong.LARGER_OR_UNKNOWN) {
      passOverSmallerThan(target);
    }
    if (mayRetry(target, failure)) {
      candidate.failed(failure, now);
      return true;
    }
    candidate.out = true;
    if (Siblings.share(failure.kind()) || rules.isOfTheModel(failure.kind())) {
      giveUpOnGroup(target);
    }
    return false;
  }

  /** The retry that was asked about starts at this instant at the earliest. */
  void retryAt(int target, long at, long delay) {
    Candidate candidate = candidate(target);
    ErrorKind after = Objects.requireNonNull(candidate.pending).kind();
    toolGenerationRetried |= after == ErrorKind.TOOL_GENERATION_FAILED;
    unauthorizedRetried |= after == ErrorKind.UNAUTHORIZED;
    candidate.scheduled = candidate.pending;
    candidate.pending = null;
    candidate.parked = false;
    candidate.paid = false;
    candidate.retriedAfter = after;
    candidate.lastDelay = delay;
    candidate.readyAt = at;
    candidate.waitIsOurs = after != ErrorKind.RATE_LIMITED;
    candidate.waitingSince = candidate.failedAt;
  }

  /** The target is out of this call. */
  void giveUpOn(int target) {
    candidate(target).giveUp();
  }

  /** The target and its siblings are out of this call. */
  void giveUpOnGroup(int target) {
    giveUpOn(target);
    for (int i = 0; i < candidates.length; i++) {
      if (Siblings.are(rules, target, i)) {
        giveUpOn(i);
      }
    }
  }

  /** The budget denies a retry: the group is out but for a retry that has been paid for. */
  void denied(int target) {
    giveUpOn(target);
    for (int i = 0; i < candidates.length; i++) {
      if (Siblings.are(rules, target, i) && candidate(i).scheduled == null) {
        giveUpOn(i);
      }
    }
  }

  /** Instead of a retry its siblings are asked first; then it is asked about again. */
  void park(int target, boolean paid) {
    Candidate candidate = candidate(target);
    candidate.parked = true;
    candidate.paid = paid;
  }

  /** Whether the retry that is asked about has been paid for. */
  boolean isPaid(int target) {
    return Siblings.isPaid(rules, candidates, target);
  }

  /** Whether a sibling of the target may be asked now. */
  boolean isSiblingAtHand(int target, long now) {
    return !noNewTargets && Siblings.isAtHand(rules, candidates, target, now);
  }

  /** The wait for the target is over before its time: a place came free. */
  void ready(int target) {
    candidate(target).readyAt = 0;
  }

  /** Whether another target, siblings left out, may still be asked. */
  boolean othersLeft(int target) {
    return Siblings.othersLeft(rules, candidates, target, !noNewTargets);
  }

  /** The failure after which the next attempt at the target is a retry; null if it is none. */
  @Nullable ErrorKind retriedAfter(int target, Attempt.Kind kind) {
    return switch (kind) {
      case RETRY -> candidate(target).retriedAfter;
      case FALLBACK -> Siblings.paidAfter(rules, candidates, target);
      default -> null;
    };
  }

  private Move nextWhileRunning(long now) {
    if (hedgeAt > now) {
      return hedgeAt == Time.NEVER ? WAIT : new Move.Wait(hedgeAt);
    }
    int target = hedgeTarget();
    return target < 0 ? WAIT : new Move.Start(target, Attempt.Kind.HEDGE, false);
  }

  /** The first target after the late one that may be asked now, or else one that is late. */
  private int hedgeTarget() {
    int next = nextToHedge();
    if (next >= 0) {
      return next;
    }
    for (int i = candidates.length - 1; i >= 0; i--) { // what a hedge came back with is no hedge
      Candidate candidate = candidates[i];
      if (candidate != null && candidate.running > 0 && candidate.mayStart()) {
        return i;
      }
    }
    return -1;
  }

  private int nextToHedge() {
    if (!rules.hedgesSameTarget() && !noNewTargets) {
      for (int i = hedgedTarget + 1; i < candidates.length; i++) {
        if (candidates[i] == null || candidates[i].mayStart()) {
          return i;
        }
      }
    }
    return -1;
  }

  /** The first target in order that may start now, or soon enough to be waited for. */
  private @Nullable Move first(long now) {
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      if (candidate == null && !noNewTargets) {
        return startFresh(i);
      }
      if (candidate == null || candidate.out || (noNewTargets && candidate.tries == 0)) {
        continue;
      }
      if ((candidate.parked || candidate.putOff) && isSiblingAtHand(i, now)) {
        continue;
      }
      if (candidate.pending != null) {
        return new Move.Retry(i, candidate.pending);
      }
      if (candidate.readyAt <= now) {
        return candidate.tries == 0 ? startFresh(i) : start(i, false);
      }
      if (Siblings.areSooner(rules, candidates, i)) {
        continue; // with a sibling at hand there is no patience
      }
      boolean worthWaiting =
          candidate.waitIsOurs || candidate.readyAt - waitingSince(i, now) <= rules.patienceNanos();
      if (worthWaiting && candidate.readyAt < rules.deadline()) {
        return new Move.Wait(candidate.readyAt);
      }
    }
    return null;
  }

  /** No target is worth waiting for: the one that is ready soonest, if that is in time. */
  private Move soonest() {
    long soonest = rules.deadline();
    int lastOpen = -1;
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      if (candidate == null || (noNewTargets && candidate.tries == 0)) {
        continue;
      }
      if (!candidate.out) {
        soonest = Math.min(soonest, candidate.readyAt);
      } else if (candidate.refusal == Admission.Verdict.OPEN && rules.forcesTarget(i)) {
        lastOpen = i;
      }
    }
    if (soonest < rules.deadline()) {
      return new Move.Wait(soonest);
    }
    if (lastOpen >= 0) {
      return start(lastOpen, true);
    }
    return new Move.End(last != null ? last.kind() : Refusals.endKind(candidates));
  }

  /** A target that has not been asked, unless a sibling's failure is to be decided about first. */
  private Move startFresh(int target) {
    int undecided = Siblings.undecided(rules, candidates, target);
    return undecided < 0
        ? start(target, false)
        : new Move.Retry(undecided, Objects.requireNonNull(candidate(undecided).pending));
  }

  private Move start(int target, boolean forced) {
    if (started == 0 && target == 0 && !forced) {
      return FIRST; // for most calls the only move
    }
    Candidate candidate = candidates[target];
    Attempt.Kind kind = Attempt.Kind.FALLBACK;
    if (started == 0) {
      kind = Attempt.Kind.FIRST;
    } else if (candidate != null && (candidate.tries > 0 || candidate.retriedAfter != null)) {
      kind = Attempt.Kind.RETRY;
    }
    return new Move.Start(target, kind, forced);
  }

  private boolean mayRetry(int target, ProviderException failure) {
    if (Siblings.tries(rules, candidates, target) >= rules.maxAttempts()
        || !failure.retryHint().orElse(true)) {
      return false;
    }
    return switch (failure.kind()) {
      case TOOL_GENERATION_FAILED -> !toolGenerationRetried;
      case UNAUTHORIZED ->
          !unauthorizedRetried
              && (rules.retriesUnauthorized() || failure.retryHint().orElse(false));
      default -> failure.retryHint().orElse(failure.kind().retriesSameTarget());
    };
  }

  /** Only a target with a larger window can hold what was too long for this one. */
  private void passOverSmallerThan(int target) {
    int window = rules.contextWindow(target);
    for (int i = 0; i < candidates.length; i++) {
      if (rules.contextWindow(i) <= window || window == 0) {
        candidate(i).out = true;
      }
    }
  }

  /** What is known of the target in this call. */
  Candidate candidate(int target) {
    Candidate candidate = candidates[target];
    if (candidate == null) {
      candidate = new Candidate();
      candidates[target] = candidate;
    }
    return candidate;
  }

  @Override
  public String toString() {
    return "Race[running " + running + ", " + Arrays.toString(candidates) + "]";
  }
}
