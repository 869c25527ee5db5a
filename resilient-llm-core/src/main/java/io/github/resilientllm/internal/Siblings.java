package io.github.resilientllm.internal;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.guard.TargetGuard;
import io.github.resilientllm.provider.ProviderException;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a group mean to each other within a {@link Race}, as functions of its
 * candidates. A target that is in no group has no siblings.
 *
 * <p>A group counts its attempts as one target does. Only what says nothing about the service
 * behind it is not counted: that a member refused its key, or is limited, is the member's own.
 */
final class Siblings {
  private Siblings() {}

  static boolean are(RaceRules rules, int target, int other) {
    int group = rules.group(target);
    return group >= 0 && other != target && rules.group(other) == group;
  }

  /** Whether a failure is one of the service that all members share, so that going on costs. */
  static boolean share(ErrorKind kind) {
    return TargetGuard.isOfTheService(kind);
  }

  /** The attempts at a target, or at its whole group, that count; hedges do not. */
  static int tries(RaceRules rules, @Nullable Candidate[] candidates, int target) {
    Candidate own = candidates[target];
    if (rules.group(target) < 0) {
      return own == null ? 0 : own.tries;
    }
    int tries = 0;
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      if (candidate != null && (i == target || are(rules, target, i))) {
        tries += candidate.tries - (candidate.isFree ? 1 : 0);
      }
    }
    return tries;
  }

  /**
   * Notes that an attempt at a target is about to start. With the last one that counts, those that
   * have been asked are out; who has not may still be, after a failure that is a sibling's own.
   *
   * @param last the call's last failure; null if there was none
   */
  static void started(
      RaceRules rules,
      @Nullable Candidate[] candidates,
      int target,
      Attempt.Kind kind,
      @Nullable ProviderException last) {
    Candidate candidate = candidates[target];
    if (candidate == null || rules.group(target) < 0 || kind == Attempt.Kind.HEDGE) {
      return;
    }
    int before = tries(rules, candidates, target);
    candidate.putOff = false;
    boolean free = candidate.tries == 0 && before > 0 && last != null && !share(last.kind());
    candidate.isFree |= free;
    boolean wasTheLast = before + (free ? 0 : 1) >= rules.maxAttempts();
    for (int i = 0; i < candidates.length; i++) {
      Candidate sibling = candidates[i];
      if (sibling != null && are(rules, target, i)) {
        sibling.paid = false; // for this attempt
        sibling.unschedule();
        sibling.out |= wasTheLast && sibling.tries > 0;
      }
    }
  }

  /**
   * Whether a target or a sibling has paid for a retry that has not begun: there is one at a time.
   */
  static boolean isPaid(RaceRules rules, @Nullable Candidate[] candidates, int target) {
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      if (candidate != null
          && (candidate.paid || candidate.scheduled != null)
          && (i == target || are(rules, target, i))) {
        return true;
      }
    }
    return false;
  }

  /** The failure whose retry a sibling has paid for, which the next attempt here is; or null. */
  static @Nullable ErrorKind paidAfter(
      RaceRules rules, @Nullable Candidate[] candidates, int target) {
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      if (candidate != null
          && candidate.paid
          && candidate.pending != null
          && are(rules, target, i)) {
        return candidate.pending.kind();
      }
    }
    return null;
  }

  /** Whether a target that is no sibling may still be asked; one not yet asked if new ones may. */
  static boolean othersLeft(
      RaceRules rules, @Nullable Candidate[] candidates, int target, boolean newOnes) {
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      boolean left = candidate == null ? newOnes : !candidate.out;
      if (left && i != target && !are(rules, target, i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether another member has not been asked in this call and may be asked now. */
  static boolean isAtHand(RaceRules rules, @Nullable Candidate[] candidates, int target, long now) {
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      if (are(rules, target, i)
          && (candidate == null || (candidate.isFresh() && candidate.readyAt <= now))) {
        return true;
      }
    }
    return false;
  }

  /** A member whose failure has to be decided about before another one is asked; or negative. */
  static int undecided(RaceRules rules, @Nullable Candidate[] candidates, int target) {
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      if (candidate != null
          && !candidate.out
          && candidate.pending != null
          && !candidate.parked
          && are(rules, target, i)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether another member can be asked before a target whose wait is not over. */
  static boolean areSooner(RaceRules rules, @Nullable Candidate[] candidates, int target) {
    long readyAt = readyAt(candidates[target]);
    for (int i = 0; i < candidates.length; i++) {
      Candidate candidate = candidates[i];
      if (are(rules, target, i) && (candidate == null || !candidate.out)) {
        long its = readyAt(candidate);
        if (its < readyAt || (its == readyAt && i < target)) {
          return true;
        }
      }
    }
    return false;
  }

  private static long readyAt(@Nullable Candidate candidate) {
    return candidate == null || candidate.pending != null ? 0 : candidate.readyAt;
  }
}
