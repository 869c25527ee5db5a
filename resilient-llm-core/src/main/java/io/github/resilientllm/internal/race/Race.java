package io.github.resilientllm.internal.race;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.provider.ProviderException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call does next: the race over its candidates, as a state machine without clock, threads or
 * I/O. It is told what happened and asked for the next move.
 *
 * <p>A candidate is a target with an instant at which it may start. A retry is the same target
 * again, later; a fallback is the next one; a hedge is an attempt beside one whose first token is
 * late. While an attempt is running only hedges start. When none is, the race climbs its {@link
 * Ladder}: the first rung that may start now, or soon enough to be worth the wait, is the one; then
 * the one that may start soonest; and when only open breakers are left, the last target, once, for
 * the last target is never ejected.
 *
 * <p>Targets are named by their places in the order in which this call asks them.
 */
public final class Race {
  /** An instant that does not come. */
  public static final long NEVER = Long.MAX_VALUE;

  /** What to do next. */
  public sealed interface Move {
    /** Start an attempt; an open breaker is no obstacle if it is forced. */
    record Start(int target, Attempt.Kind kind, boolean forced) implements Move {}

    /**
     * Ask the budget for the next attempt, and answer with {@link #paid} or {@link #denied}. It is
     * asked before the wait, and only for a wait that is taken.
     *
     * @param after the kind of the failure behind the attempt
     * @param again the failure of this very target whose retry it is; null if the turn is that of
     *     another member of the rung
     * @param at when the attempt may start
     */
    record Pay(int target, ErrorKind after, @Nullable ProviderException again, long at)
        implements Move {}

    /** Note that a target is passed over; answer with {@link #passedOver}. */
    record PassOver(int target, String why) implements Move {}

    /** Wait until the instant, or until something happens. */
    record Wait(long until) implements Move {}

    /** The call has failed. */
    record End(ErrorKind kind) implements Move {}
  }

  private static final Move WAIT = new Move.Wait(NEVER);

  private final Ladder ladder;
  private final Ladder.Targets targets;
  private final long deadline;
  private final Candidate[] candidates;
  private final Rung[] rungs;
  private int started;
  private int running;
  private int hedges;
  private long hedgeAt = NEVER;
  private int hedgedTarget;
  private int forcedTarget = -1;
  private long openingNanos;
  private boolean noNewRungs;
  private boolean refusedForItself;
  private boolean toolGenerationRetried;
  private boolean unauthorizedRetried;
  private @Nullable ProviderException last;

  /**
   * A race in which nothing has happened.
   *
   * @param deadline the instant at which the call is over
   */
  public Race(Ladder ladder, Ladder.Targets targets, long deadline) {
    this.ladder = ladder;
    this.targets = targets;
    this.deadline = deadline;
    this.candidates = new Candidate[ladder.targets()];
    this.rungs = new Rung[ladder.steps().size()];
    int target = 0;
    for (int i = 0; i < rungs.length; i++) {
      Ladder.Step step = ladder.steps().get(i);
      Candidate[] members = new Candidate[step.size()];
      for (int member = 0; member < members.length; member++) {
        candidates[target] = new Candidate(target);
        members[member] = candidates[target++];
      }
      rungs[i] = new Rung(step.retry(), members);
    }
  }

  /** The next move at this instant. The same state and instant give the same move. */
  public Move next(long now) {
    if (running > 0) {
      return nextBeside(now);
    }
    Move move = firstWorthIt(now);
    if (move == null) {
      move = soonest(now);
    }
    if (move == null) {
      move = lastBehindItsBreaker(now);
    }
    return move != null ? move : new Move.End(endKind());
  }

  /** An attempt at the target started. */
  public void started(int target, Attempt.Kind kind, long hedgeAfterNanos, long now) {
    Candidate candidate = candidates[target];
    started++;
    running++;
    if (candidate.ejected) { // it was forced
      forcedTarget = target;
      candidate.ejected = false;
      candidate.out = !isAlone();
    }
    if (kind == Attempt.Kind.HEDGE) {
      hedges++;
    } else {
      rungOf(target).started(candidate);
    }
    candidate.started();
    hedgedTarget = target;
    hedgeAt = hedges < ladder.maxHedges() ? now + hedgeAfterNanos : NEVER;
  }

  /**
   * A hedge that was said to have started did not, for a reason of ours: it never was, and this
   * call has no more of them.
   */
  public void withdrawn(int target) {
    started--;
    running--;
    candidates[target].running--;
    hedgeAt = NEVER;
  }

  /** The attempt may not start; without a later instant the target is passed over. */
  public void refused(int target, Refusal why, long until, long now) {
    Candidate candidate = candidates[target];
    candidate.waitingSince = waitingSince(target, now);
    candidate.refusal = why;
    candidate.ejected = why == Refusal.OPEN || (candidate.ejected && until != NEVER);
    if (until != NEVER) {
      candidate.readyAt = until;
    }
    candidate.waitIsOurs = false;
    candidate.putOff = why == Refusal.FULL && until <= now;
    candidate.out |= until == NEVER;
  }

  /** When the target began to make this call wait; now, if it does not yet. */
  public long waitingSince(int target, long now) {
    long since = candidates[target].waitingSince;
    return since < 0 ? now : since;
  }

  /** A hedge may not start at this target; another one may take it. */
  public void hedgeRefused(int target) {
    hedgedTarget = Math.max(hedgedTarget, target);
    if (nextToHedge() < 0) {
      hedgesRefused();
    }
  }

  /** A hedge may not start before an instant. */
  public void hedgePutOff(long until) {
    hedgeAt = until;
  }

  /** A hedge may not start; this call has no more of them. */
  public void hedgesRefused() {
    hedgeAt = NEVER;
  }

  /** An attempt spoke first: the others are losers, and no hedge will start. */
  public void committed() {
    running = 1;
    hedgeAt = NEVER;
    for (Candidate candidate : candidates) {
      candidate.running = 0;
    }
  }

  /** Whether the failure leaves the target a further attempt in this call, as it stands. */
  public boolean mayAskAgain(int target, ProviderException failure) {
    return !endsTheSearch(failure.kind()) && mayRetry(rungOf(target), failure);
  }

  /**
   * A running attempt failed.
   *
   * @param ejected whether it opened its target's breaker, or found it open
   * @param openingNanos how long an attempt of this call may take to speak
   * @param random uniform in [0, 1)
   */
  public void failed(
      int target,
      ProviderException failure,
      boolean ejected,
      long openingNanos,
      double random,
      long now) {
    Candidate candidate = candidates[target];
    Rung rung = rungOf(target);
    running--;
    if (candidate.running > 0) {
      candidate.running--;
    }
    this.last = failure;
    this.openingNanos = openingNanos;
    rung.last = failure;
    ErrorKind kind = failure.kind();
    refusedForItself |= kind == ErrorKind.NOT_FOR_THIS_TARGET;
    if (endsTheSearch(kind)) {
      // It would fail everywhere. What other targets have in flight or in hand may still succeed.
      candidate.out = true;
      noNewRungs = true;
      return;
    }
    if (kind == ErrorKind.CONTEXT_TOO_LONG) {
      passOverNoLargerThan(target);
    }
    if (isOfTheModel(kind)) {
      rung.giveUp();
      return;
    }
    if (!mayRetry(rung, failure)) {
      candidate.out = true;
      if (Rung.isShared(kind)) {
        rung.giveUp();
      }
      return;
    }
    candidate.failed(failure, rung.retry, random, now);
    // Silence again could use up the call, and a breaker that is open would refuse the retry.
    candidate.asLastResort |= ejected || kind == ErrorKind.TIMEOUT || kind == ErrorKind.STALLED;
  }

  /** The attempt that was asked about is paid for. */
  public void paid(int target) {
    Candidate candidate = candidates[target];
    ProviderException failure = candidate.failure;
    if (failure != null) {
      toolGenerationRetried |= failure.kind() == ErrorKind.TOOL_GENERATION_FAILED;
      unauthorizedRetried |= failure.kind() == ErrorKind.UNAUTHORIZED;
    }
    rungOf(target).paidFor(candidate);
  }

  /** The budget denies the attempt that was asked about: its rung is out. */
  public void denied(int target) {
    candidates[target].ejected = false; // nor is it forced
    rungOf(target).giveUp();
  }

  /** The target cannot serve the request, or has been passed over; it is out of this call. */
  public void passedOver(int target) {
    candidates[target].out = true;
    candidates[target].ejected = false; // nor is it forced
  }

  /**
   * What has been paid for and is not used: the failure after which it was paid, which from now on
   * is unpaid again; null if there is none.
   */
  public @Nullable ErrorKind takeUnspent(int target) {
    return rungOf(target).takeUnspent();
  }

  /** Whether another member of the target's rung may be asked now. */
  public boolean isSiblingAtHand(int target, long now) {
    return !noNewRungs && rungOf(target).isFreshAtHand(candidates[target], now);
  }

  /** The wait for the target is over before its time: a place came free. */
  public void ready(int target) {
    candidates[target].readyAt = 0;
  }

  /** The call left the target's queue, and may come back as if it had not been there. */
  public void leftQueue(int target) {
    candidates[target].leftQueue();
  }

  /** Whether the call has another rung that may still be asked. */
  public boolean othersLeft(int target) {
    return othersLeft(rungOf(target));
  }

  /** The failure after which the next attempt at the target is a retry; null if it is none. */
  public @Nullable ErrorKind retriedAfter(int target) {
    return rungOf(target).paidAfter();
  }

  private Move nextBeside(long now) {
    if (hedgeAt > now) {
      return hedgeAt == NEVER ? WAIT : new Move.Wait(hedgeAt);
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
      if (candidates[i].running > 0 && candidates[i].isUnhindered()) {
        return i;
      }
    }
    return -1;
  }

  private int nextToHedge() {
    if (!ladder.hedgesSameTarget() && !noNewRungs) {
      for (int i = hedgedTarget + 1; i < candidates.length; i++) {
        if (candidates[i].isUnhindered() && candidates[i].tooSmall == null) {
          return i;
        }
      }
    }
    return -1;
  }

  /** The first rung that may start now, or soon enough to be waited for. */
  private @Nullable Move firstWorthIt(long now) {
    for (Rung rung : rungs) {
      Candidate candidate = isOpen(rung) ? rung.pick(now) : null;
      if (candidate == null || candidate.readyAt >= deadline) {
        continue;
      }
      boolean worthTheWait =
          candidate.readyAt <= now
              || candidate.waitIsOurs
              || candidate.readyAt - waitingSince(candidate.target, now) <= ladder.patienceNanos();
      if (worthTheWait && !yieldsToOthers(rung, candidate, now)) {
        return towards(rung, candidate, false, now);
      }
    }
    return null;
  }

  /** Whether the next attempt in a rung could cost the call one at a target that it has not had. */
  private boolean yieldsToOthers(Rung rung, Candidate candidate, long now) {
    if (rung.last == null || !othersLeft(rung)) {
      return false;
    }
    return candidate.asLastResort || Math.max(now, candidate.readyAt) + openingNanos >= deadline;
  }

  /** No rung is worth waiting for: the one that is ready soonest, if that is in time. */
  private @Nullable Move soonest(long now) {
    Rung itsRung = null;
    Candidate soonest = null;
    for (Rung rung : rungs) {
      Candidate candidate = isOpen(rung) ? rung.pick(now) : null;
      if (candidate != null && candidate.readyAt < (soonest == null ? deadline : soonest.readyAt)) {
        itsRung = rung;
        soonest = candidate;
      }
    }
    return itsRung == null || soonest == null ? null : towards(itsRung, soonest, false, now);
  }

  /** The last target whose breaker is open, if none has been asked in spite of it. */
  private @Nullable Move lastBehindItsBreaker(long now) {
    if (forcedTarget >= 0 && !isAlone()) {
      return null;
    }
    for (int i = candidates.length - 1; i >= 0; i--) {
      Candidate candidate = candidates[i];
      boolean asked = candidate.tries > 0 || rungOf(i).last != null;
      if (candidate.ejected && targets.isForced(i) && (asked || !noNewRungs)) {
        return candidate.readyAt < deadline ? towards(rungOf(i), candidate, true, now) : null;
      }
    }
    return null;
  }

  /** The step that leads to an attempt: passing over, paying, waiting, starting. */
  private Move towards(Rung rung, Candidate candidate, boolean forced, long now) {
    if (candidate.tooSmall != null) {
      return new Move.PassOver(candidate.target, candidate.tooSmall);
    }
    ErrorKind cost = rung.costOf(candidate);
    if (cost != null) {
      return new Move.Pay(
          candidate.target, cost, candidate.failure, Math.max(now, candidate.readyAt));
    }
    return candidate.readyAt > now ? new Move.Wait(candidate.readyAt) : start(candidate, forced);
  }

  private Move start(Candidate candidate, boolean forced) {
    Attempt.Kind kind = Attempt.Kind.FALLBACK;
    if (started == 0) {
      kind = Attempt.Kind.FIRST;
    } else if (candidate.tries > 0 || candidate.failure != null) {
      kind = Attempt.Kind.RETRY;
    }
    return new Move.Start(candidate.target, kind, forced);
  }

  private boolean mayRetry(Rung rung, ProviderException failure) {
    if (rung.isSpent() || !failure.retryHint().orElse(true) || rung.isOutOfReach(failure)) {
      return false;
    }
    return switch (failure.kind()) {
      case TOOL_GENERATION_FAILED -> !toolGenerationRetried;
      case UNAUTHORIZED ->
          !unauthorizedRetried
              && (rung.retry.retriesUnauthorized() || failure.retryHint().orElse(false));
      default -> failure.retryHint().orElse(failure.kind().retriesSameTarget());
    };
  }

  /** Whether a failure ends the search: the request would fail everywhere. */
  private boolean endsTheSearch(ErrorKind kind) {
    Fallback policy = ladder.fallback();
    return switch (kind) {
      case INVALID_REQUEST -> true;
      case CONTENT_FILTERED -> !policy.onContentFilter();
      case CONTEXT_TOO_LONG -> policy.onContextTooLong() == Fallback.ContextTooLong.NEVER;
      case NOT_FOR_THIS_TARGET -> policy.refusalsFinal();
      default -> false; // the call's own ends are no provider's to declare
    };
  }

  /** Whether all members of a rung would say the same, for they are one model. */
  private static boolean isOfTheModel(ErrorKind kind) {
    return switch (kind) {
      case CONTENT_FILTERED, CONTEXT_TOO_LONG, NOT_FOR_THIS_TARGET -> true;
      default -> false;
    };
  }

  /** A window that is known to be no larger cannot hold what was too long; an unknown one may. */
  private void passOverNoLargerThan(int target) {
    int window = targets.contextWindow(target);
    if (ladder.fallback().onContextTooLong() == Fallback.ContextTooLong.ANY || window == 0) {
      return;
    }
    for (Candidate candidate : candidates) {
      int its = targets.contextWindow(candidate.target);
      if (its > 0 && its <= window && candidate.target != target) {
        candidate.tooSmall = "its context window of " + its + " tokens is no larger";
      }
    }
  }

  private boolean othersLeft(Rung than) {
    for (Rung rung : rungs) {
      if (rung != than && isOpen(rung) && rung.isLeft()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a rung may be asked: a new one not after a failure that ends the search. */
  private boolean isOpen(Rung rung) {
    return !noNewRungs || rung.isAsked();
  }

  private boolean isAlone() {
    return candidates.length == 1;
  }

  /**
   * A request that one target refused for its own sake, and that nobody took, ends with that: it is
   * the only failure that the caller can do something about.
   */
  private ErrorKind endKind() {
    if (refusedForItself) {
      return ErrorKind.NOT_FOR_THIS_TARGET;
    }
    return last != null ? last.kind() : Refusal.endKind(List.of(candidates));
  }

  private Rung rungOf(int target) {
    return rungs[ladder.stepOf(target)];
  }

  /** What is known of the target in this call; for tests. */
  Candidate candidate(int target) {
    return candidates[target];
  }

  @Override
  public String toString() {
    return "Race[running " + running + ", " + Arrays.toString(candidates) + "]";
  }
}
