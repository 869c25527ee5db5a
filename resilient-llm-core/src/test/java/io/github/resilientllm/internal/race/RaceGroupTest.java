package io.github.resilientllm.internal.race;

import static io.github.resilientllm.internal.race.FixedRules.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt.Kind;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.race.Race.Move;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.provider.ProviderException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call does next on a rung of several: members 0, 1 and 2, before a target 3 alone. */
final class RaceGroupTest {
  private final FixedRules rules = new FixedRules();

  @BeforeEach
  void group() {
    rules.rungs = new int[] {3, 1};
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"UNAUTHORIZED", "QUOTA_EXHAUSTED", "FORBIDDEN", "MODEL_NOT_FOUND"})
  void aRefusedKeyLeadsToTheNextMemberHoweverFewAttemptsThereAre(ErrorKind kind) {
    rules.retry = rules.retry.withMaxAttempts(1);
    Race race = rules.race();
    for (int member = 0; member < 3; member++) {
      Kind as = member == 0 ? Kind.FIRST : Kind.FALLBACK;
      assertThat(next(race, 0)).isEqualTo(start(member, as));
      start(race, member, as, 0);
      assertThat(race.mayAskAgain(member, failure(kind))).isFalse();
      fail(race, member, failure(kind), 0);
    }
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void aFailureOfTheServiceIsRetriedWithTheNextMemberOnceItIsPaidFor() {
    Race race = running();
    fail(race, 0, failure(ErrorKind.SERVER_ERROR), 0);
    assertThat(next(race, 0)).isEqualTo(payForSibling(1, ErrorKind.SERVER_ERROR));
    race.paid(1);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
    assertThat(race.retriedAfter(1)).isEqualTo(ErrorKind.SERVER_ERROR);
    start(race, 1, Kind.FALLBACK, 0);
    assertThat(race.retriedAfter(1)).isNull();
  }

  @Test
  void theMembersShareTheAttemptsOfOneTarget() {
    rules.retry = rules.retry.withMaxAttempts(2);
    Race race = running();
    fail(race, 0, failure(ErrorKind.SERVER_ERROR), 0);
    race.paid(1);
    start(race, 1, Kind.FALLBACK, 0);
    fail(race, 1, failure(ErrorKind.SERVER_ERROR), 0);
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void whenAllMembersHaveFailedTheFirstIsAskedAgainAfterItsBackoff() {
    rules.retry = rules.retry.withMaxAttempts(4);
    Race race = running();
    ProviderException first = failure(ErrorKind.SERVER_ERROR);
    fail(race, 0, first, 0);
    for (int member = 1; member < 3; member++) {
      race.paid(member);
      start(race, member, Kind.FALLBACK, 0);
      fail(race, member, failure(ErrorKind.OVERLOADED), 1);
    }
    assertThat(next(race, 1)).isEqualTo(new Move.Pay(0, first.kind(), first, 500 * MS));
    race.paid(0);
    assertThat(next(race, 1)).isEqualTo(new Move.Wait(500 * MS));
    assertThat(next(race, 500)).isEqualTo(start(0, Kind.RETRY));
    start(race, 0, Kind.RETRY, 500);
    fail(race, 0, first, 500);
    assertThat(next(race, 500)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void aLimitedMemberCostsNoAttemptAndIsNotWaitedFor() {
    rules.retry = rules.retry.withMaxAttempts(1);
    Race race = running();
    fail(race, 0, failure(ErrorKind.RATE_LIMITED), 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));

    Race limited = rules.race();
    limited.refused(0, Refusal.RATE_LIMITED, 10 * MS, 0); // within the patience for a target alone
    assertThat(next(limited, 0)).isEqualTo(start(1, Kind.FIRST));
    limited.refused(1, Refusal.PACED, 20 * MS, 0);
    limited.refused(2, Refusal.RATE_LIMITED, 5 * MS, 0);
    assertThat(next(limited, 0)).isEqualTo(new Move.Wait(5 * MS));
    assertThat(next(limited, 5)).isEqualTo(start(2, Kind.FIRST));
  }

  @Test
  void membersThatAreAllLimitedForLongAreLeftForTheNextTarget() {
    Race race = rules.race();
    for (int member = 0; member < 3; member++) {
      race.refused(member, Refusal.RATE_LIMITED, 3000 * MS, 0);
    }
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FIRST));
  }

  @Test
  void aFullMemberIsComeBackToAfterItsSiblings() {
    Race race = rules.race();
    race.refused(0, Refusal.FULL, 0, 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FIRST));
    race.refused(1, Refusal.FULL, 0, 0);
    race.refused(2, Refusal.LOCKED, Race.NEVER, 0);
    assertThat(race.isSiblingAtHand(0, 0)).isFalse();
    assertThat(next(race, 0)).isEqualTo(start(0, Kind.FIRST));
    race.refused(0, Refusal.FULL, 1000 * MS, 0); // it waits for a place
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FIRST));
    race.refused(1, Refusal.FULL, 1000 * MS, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(1000 * MS));
    race.ready(1);
    assertThat(next(race, 1)).isEqualTo(start(1, Kind.FIRST));
  }

  @Test
  void aMemberThatWasNotAtHandIsNoWayAroundTheBudget() {
    Race race = rules.race();
    race.refused(0, Refusal.RATE_LIMITED, 10 * MS, 0);
    start(race, 1, Kind.FIRST, 0);
    fail(race, 1, failure(ErrorKind.SERVER_ERROR), 10);
    // and not a start of 0
    assertThat(next(race, 10)).isEqualTo(new Move.Pay(0, ErrorKind.SERVER_ERROR, null, 10 * MS));
    race.denied(0);
    assertThat(next(race, 10)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"CONTENT_FILTERED", "CONTEXT_TOO_LONG", "NOT_FOR_THIS_TARGET"})
  void whatTheModelDeclinesIsNotPutToItsOtherMembers(ErrorKind kind) {
    rules.fallback =
        rules.fallback.withContentFilterTried().withContextTooLong(Fallback.ContextTooLong.ANY);
    Race race = running();
    assertThat(race.mayAskAgain(0, failure(kind))).isFalse();
    fail(race, 0, failure(kind), 0);
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void membersThatBecomeReadyAtOneInstantDoNotWaitForEachOther() {
    rules.rungs = new int[] {4};
    rules.retry = rules.retry.withMaxAttempts(6);
    rules.hedge = rules.hedge.withMaxHedges(2);
    Race race = running();
    start(race, 1, Kind.HEDGE, 0);
    start(race, 2, Kind.HEDGE, 0);
    fail(race, 1, failure(ErrorKind.SERVER_ERROR), 0);
    fail(race, 2, failure(ErrorKind.SERVER_ERROR), 0);
    fail(race, 0, failure(ErrorKind.UNAUTHORIZED), 0);
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FALLBACK)); // the last failure is 0's own
    start(race, 3, Kind.FALLBACK, 0);
    fail(race, 3, failure(ErrorKind.UNAUTHORIZED), 0);
    assertThat(next(race, 0)).isInstanceOf(Move.Pay.class);
    race.paid(1);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(500 * MS));
    assertThat(next(race, 500)).isEqualTo(start(1, Kind.RETRY));
  }

  @Test
  void aDeniedRetryEndsTheRung() {
    rules.rungs = new int[] {2, 1};
    rules.retry = rules.retry.withMaxAttempts(4);
    Race race = running();
    fail(race, 0, failure(ErrorKind.SERVER_ERROR), 0);
    race.paid(1);
    start(race, 1, Kind.FALLBACK, 0);
    fail(race, 1, failure(ErrorKind.SERVER_ERROR), 0);
    race.denied(0);
    assertThat(next(race, 0)).isEqualTo(start(2, Kind.FALLBACK));
  }

  @Test
  void eachRetryOnARungIsPaidForOnce() {
    rules.rungs = new int[] {2};
    rules.retry = rules.retry.withMaxAttempts(4);
    Race race = running();
    ProviderException second = failure(ErrorKind.OVERLOADED);
    fail(race, 0, failure(ErrorKind.SERVER_ERROR), 0);
    race.paid(1);
    start(race, 1, Kind.FALLBACK, 0);
    fail(race, 1, second, 1);
    race.paid(0);
    assertThat(next(race, 500)).isEqualTo(start(0, Kind.RETRY));
    start(race, 0, Kind.RETRY, 500);
    fail(race, 0, failure(ErrorKind.UNAUTHORIZED), 510);
    assertThat(next(race, 510)).isEqualTo(new Move.Pay(1, ErrorKind.OVERLOADED, second, 510 * MS));
  }

  @Test
  void siblingsAreNoOthersForWhomTimeIsToBeLeft() {
    rules.rungs = new int[] {3};
    assertThat(running().othersLeft(0)).isFalse();
    rules.rungs = new int[] {3, 1};
    assertThat(running().othersLeft(0)).isTrue();
  }

  private Race running() {
    Race race = rules.race();
    start(race, 0, Kind.FIRST, 0);
    return race;
  }

  private static void start(Race race, int target, Kind kind, long millis) {
    race.started(target, kind, Race.NEVER - millis * MS, millis * MS);
  }

  private static void fail(Race race, int target, ProviderException failure, long millis) {
    race.failed(target, failure, false, 0, 0, millis * MS);
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

  private static Move payForSibling(int target, ErrorKind after) {
    return new Move.Pay(target, after, null, 0);
  }

  private static ProviderException failure(ErrorKind kind) {
    return new ProviderException(kind, "scripted");
  }
}
