package io.github.resilientllm.internal.race;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.ProviderException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One rung of the ladder within a {@link Race}: a target, or several keys or deployments of one
 * model, with the attempts that they have in common.
 *
 * <p>A rung of several counts its attempts as one target does. Only what says nothing about the
 * service behind it is not counted: that a member refused its key, or is limited, is the member's
 * own, and the next member costs nothing.
 */
final class Rung {
  final Retry retry;
  private final Candidate[] members; // in the order in which this call asks them
  private int counted;
  private boolean asked;

  /** The failure after which the rung's next attempt has been paid for; null if it has not been. */
  private @Nullable ErrorKind paidAfter;

  /** Its last failure; null if there was none. */
  @Nullable ProviderException last;

  Rung(Retry retry, Candidate[] members) {
    this.retry = retry;
    this.members = members;
  }

  /** Whether a failure is one of the service behind all members, so that going on costs. */
  static boolean isShared(ErrorKind kind) {
    return kind.countsAgainstTarget() || kind == ErrorKind.TOOL_GENERATION_FAILED;
  }

  /**
   * The member to ask next: one that has not been asked and may be, for with a member at hand there
   * is no patience; else the one that is ready soonest. Null if there is none.
   */
  @Nullable Candidate pick(long now) {
    Candidate best = null;
    for (Candidate member : members) {
      if (!isLeft(member)) {
        continue;
      }
      if (member.isFresh() && member.readyAt <= now) {
        return member;
      }
      if (best == null || member.readyAt < best.readyAt) {
        best = member;
      }
    }
    return best;
  }

  /** The failure that an attempt at a member would have to be paid after; null if it is free. */
  @Nullable ErrorKind costOf(Candidate member) {
    if (paidAfter != null) {
      return null;
    }
    if (member.failure != null) {
      return member.failure.kind();
    }
    boolean afterTheService = member.isFresh() && last != null && isShared(last.kind());
    return afterTheService ? Objects.requireNonNull(last).kind() : null;
  }

  void paidFor(Candidate member) {
    paidAfter = costOf(member);
  }

  @Nullable ErrorKind takeUnspent() {
    ErrorKind unspent = paidAfter;
    paidAfter = null;
    return unspent;
  }

  /** The failure that the attempt which is about to start was paid after; null if it was free. */
  @Nullable ErrorKind paidAfter() {
    return paidAfter;
  }

  /** An attempt at a member, hedges left out, begins. */
  void started(Candidate member) {
    boolean memberOnly = last != null && !isShared(last.kind());
    boolean isFree = member.tries == 0 && counted > 0 && memberOnly;
    if (!isFree) {
      counted++;
    }
    member.tries++;
    asked = true;
    paidAfter = null;
  }

  /** Whether it has had its attempts. */
  boolean isSpent() {
    return counted >= retry.maxAttempts();
  }

  /** Whether the server asked for more time than a call waits. */
  boolean isOutOfReach(ProviderException failure) {
    return failure.retryAfter().isPresent()
        && failure.retryAfter().get().compareTo(retry.maxServerDelay()) > 0;
  }

  boolean isAsked() {
    return asked || last != null;
  }

  /** None of its members is asked again in this call. */
  void giveUp() {
    for (Candidate member : members) {
      member.out = true;
    }
  }

  /** Whether it may still be asked in this call. */
  boolean isLeft() {
    for (Candidate member : members) {
      if (isLeft(member)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a member other than this one has not been asked and may be now. */
  boolean isFreshAtHand(Candidate than, long now) {
    for (Candidate member : members) {
      if (member != than && isLeft(member) && member.isFresh() && member.readyAt <= now) {
        return true;
      }
    }
    return false;
  }

  /**
   * With its attempts used up only who has not been asked is left, after a failure of a member's
   * own.
   */
  private boolean isLeft(Candidate member) {
    if (member.out) {
      return false;
    }
    return !isSpent() || (member.tries == 0 && last != null && !isShared(last.kind()));
  }
}
