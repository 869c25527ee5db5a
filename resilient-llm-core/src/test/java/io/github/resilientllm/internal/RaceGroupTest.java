package io.github.resilientllm.internal;

import static io.github.resilientllm.internal.FixedRules.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt.Kind;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.Race.Move;
import io.github.resilientllm.internal.guard.Admission.Verdict;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call does next among the members of a group: 0, 1 and 2, before a target 3 alone. */
final class RaceGroupTest {
  private final FixedRules rules = new FixedRules();

  @BeforeEach
  void group() {
    rules.targets = 4;
    rules.groups = new int[] {0, 0, 0, -1};
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"UNAUTHORIZED", "QUOTA_EXHAUSTED", "FORBIDDEN", "MODEL_NOT_FOUND"})
  void aRefusedKeyLeadsToTheNextMemberHoweverFewAttemptsThereAre(ErrorKind kind) {
    rules.maxAttempts = 1;
    Race race = new Race(rules);
    for (int member = 0; member < 3; member++) {
      Kind as = member == 0 ? Kind.FIRST : Kind.FALLBACK;
      assertThat(next(race, 0)).isEqualTo(start(member, as));
      start(race, member, as, 0);
      assertThat(race.failed(member, failure(kind), 0)).isFalse();
    }
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void aFailureOfTheServiceIsRetriedWithTheNextMemberOnceItIsPaidFor() {
    Race race = running();
    ProviderException failure = failure(ErrorKind.SERVER_ERROR);
    assertThat(race.failed(0, failure, 0)).isTrue();
    assertThat(next(race, 0)).isEqualTo(new Move.Retry(0, failure));
    assertThat(race.isSiblingAtHand(0, 0)).isTrue();
    race.park(0, true);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
    assertThat(race.isPaid(0)).isTrue();
    start(race, 1, Kind.FALLBACK, 0);
    assertThat(race.isPaid(0)).isFalse();
  }

  @Test
  void theMembersShareTheAttemptsOfOneTarget() {
    rules.maxAttempts = 2;
    Race race = running();
    race.failed(0, failure(ErrorKind.SERVER_ERROR), 0);
    race.park(0, true);
    start(race, 1, Kind.FALLBACK, 0);
    assertThat(race.failed(1, failure(ErrorKind.SERVER_ERROR), 0)).isFalse();
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void whenAllMembersHaveFailedTheFirstIsAskedAgainAfterItsBackoff() {
    rules.maxAttempts = 4;
    Race race = running();
    ProviderException first = failure(ErrorKind.SERVER_ERROR);
    race.failed(0, first, 0);
    for (int member = 1; member < 3; member++) {
      race.park(member - 1, true);
      start(race, member, Kind.FALLBACK, 0);
      assertThat(race.failed(member, failure(ErrorKind.OVERLOADED), 0)).isTrue();
    }
    assertThat(next(race, 0)).isEqualTo(new Move.Retry(0, first));
    assertThat(race.isSiblingAtHand(0, 0)).isFalse();
    race.retryAt(0, 100 * MS, 100 * MS);
    assertThat(next(race, 0)).isInstanceOf(Move.Retry.class); // the others are asked about, too
    race.giveUpOn(1);
    race.giveUpOn(2);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(100 * MS));
    assertThat(next(race, 100)).isEqualTo(start(0, Kind.RETRY));
    start(race, 0, Kind.RETRY, 100);
    assertThat(race.failed(0, first, 100 * MS)).isFalse();
    assertThat(next(race, 100)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void aLimitedMemberCostsNoAttemptAndIsNotWaitedFor() {
    rules.maxAttempts = 1;
    Race race = running();
    race.failed(0, failure(ErrorKind.RATE_LIMITED), 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));

    Race frozen = new Race(rules);
    frozen.refused(0, Verdict.FROZEN, 10 * MS, 0); // within the patience for a target alone
    assertThat(next(frozen, 0)).isEqualTo(start(1, Kind.FIRST));
    frozen.refused(1, Verdict.PACED, 20 * MS, 0);
    frozen.refused(2, Verdict.FROZEN, 5 * MS, 0);
    assertThat(next(frozen, 0)).isEqualTo(new Move.Wait(5 * MS));
    assertThat(next(frozen, 5)).isEqualTo(start(2, Kind.FIRST));
  }

  @Test
  void membersThatAreAllLimitedForLongAreLeftForTheNextTarget() {
    Race race = new Race(rules);
    for (int member = 0; member < 3; member++) {
      race.refused(member, Verdict.FROZEN, 3000 * MS, 0);
    }
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FIRST));
  }

  @Test
  void aFullMemberIsComeBackToAfterItsSiblings() {
    Race race = new Race(rules);
    race.refused(0, Verdict.FULL, 0, 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FIRST));
    race.refused(1, Verdict.FULL, 0, 0);
    race.refused(2, Verdict.LOCKED, Time.NEVER, 0);
    assertThat(race.isSiblingAtHand(0, 0)).isFalse();
    assertThat(next(race, 0)).isEqualTo(start(0, Kind.FIRST));
    race.refused(0, Verdict.FULL, 1000 * MS, 0); // it waits for a place
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FIRST));
    race.refused(1, Verdict.FULL, 1000 * MS, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(1000 * MS));
    race.ready(1);
    assertThat(next(race, 1)).isEqualTo(start(1, Kind.FIRST));
  }

  @Test
  void aMemberThatWasNotAtHandIsNoWayAroundTheBudget() {
    Race race = new Race(rules);
    race.refused(0, Verdict.FROZEN, 10 * MS, 0);
    start(race, 1, Kind.FIRST, 0);
    ProviderException failure = failure(ErrorKind.SERVER_ERROR);
    race.failed(1, failure, 10 * MS);
    assertThat(next(race, 10)).isEqualTo(new Move.Retry(1, failure)); // and not a start of 0
    race.giveUpOnGroup(1);
    assertThat(next(race, 10)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void whatTheModelDeclinesIsNotPutToItsOtherMembers() {
    rules.triesNextOnContentFilter = true;
    rules.onContextTooLong = Fallback.ContextTooLong.ANY;
    for (ErrorKind kind : List.of(ErrorKind.CONTENT_FILTERED, ErrorKind.CONTEXT_TOO_LONG)) {
      Race race = running();
      assertThat(race.failed(0, failure(kind), 0)).isFalse();
      assertThat(next(race, 0)).as("%s", kind).isEqualTo(start(3, Kind.FALLBACK));
    }
  }

  @Test
  void membersThatBecomeReadyAtOneInstantDoNotWaitForEachOther() {
    rules.groups = new int[] {0, 0, 0, 0};
    rules.maxAttempts = 6;
    rules.maxHedges = 2;
    Race race = running();
    start(race, 1, Kind.HEDGE, 0);
    start(race, 2, Kind.HEDGE, 0);
    race.failed(1, failure(ErrorKind.SERVER_ERROR), 0);
    race.failed(2, failure(ErrorKind.SERVER_ERROR), 0);
    race.failed(0, failure(ErrorKind.UNAUTHORIZED), 0);
    race.park(1, true);
    race.park(2, true);
    start(race, 3, Kind.FALLBACK, 0);
    race.failed(3, failure(ErrorKind.UNAUTHORIZED), 0);
    race.retryAt(1, 100 * MS, 100 * MS);
    race.retryAt(2, 100 * MS, 100 * MS);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(100 * MS));
    assertThat(next(race, 100)).isEqualTo(start(1, Kind.RETRY));
  }

  @Test
  void aDeniedRetryLeavesAMemberWhoseOwnHasBeenPaidFor() {
    rules.groups = new int[] {0, 0, -1, -1};
    rules.maxAttempts = 4;
    Race race = running();
    race.failed(0, failure(ErrorKind.SERVER_ERROR), 0);
    race.park(0, true);
    start(race, 1, Kind.FALLBACK, 0);
    race.failed(1, failure(ErrorKind.SERVER_ERROR), 0);
    race.retryAt(0, 100 * MS, 100 * MS);
    race.denied(1);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(100 * MS));
    assertThat(next(race, 100)).isEqualTo(start(0, Kind.RETRY));
  }

  @Test
  void oneRetryInAGroupIsPaidForOnceAndTheNextOneAgain() {
    rules.groups = new int[] {0, 0, -1, -1};
    rules.maxAttempts = 4;
    Race race = running();
    ProviderException second = failure(ErrorKind.OVERLOADED);
    race.failed(0, failure(ErrorKind.SERVER_ERROR), 0);
    race.park(0, true);
    start(race, 1, Kind.FALLBACK, 0);
    race.failed(1, second, 0);
    race.retryAt(0, 100 * MS, 100 * MS);
    assertThat(race.isPaid(1)).isTrue();
    race.retryAt(1, 100 * MS, 100 * MS);
    start(race, 0, Kind.RETRY, 100);
    race.failed(0, failure(ErrorKind.UNAUTHORIZED), 110 * MS);
    assertThat(race.isPaid(1)).isFalse();
    assertThat(next(race, 110)).isEqualTo(new Move.Retry(1, second));
  }

  @Test
  void siblingsAreNoOthersForWhomTimeIsToBeLeft() {
    rules.targets = 3;
    Race race = running();
    assertThat(race.othersLeft(0)).isFalse();
    rules.targets = 4;
    assertThat(running().othersLeft(0)).isTrue();
  }

  private Race running() {
    Race race = new Race(rules);
    start(race, 0, Kind.FIRST, 0);
    return race;
  }

  private static void start(Race race, int target, Kind kind, long millis) {
    race.started(target, kind, Time.NEVER - millis * MS, millis * MS);
  }

  /** The next move, which asking does not change. */
  private static Move next(Race race, long millis) {
    Move move = race.next(millis * MS);
    assertThat(race.next(millis * MS)).isEqualTo(move);
    return move;
  }

  private static Move start(int target, Kind kind) {
    return new Move.Start(target, kind, false);
  }

  private static ProviderException failure(ErrorKind kind) {
    return new ProviderException(kind, "scripted");
  }
}
