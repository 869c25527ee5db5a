package io.github.resilientllm.internal.race;

import static io.github.resilientllm.internal.race.FixedRules.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt.Kind;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.race.Race.Move;
import io.github.resilientllm.policy.Fallback.ContextTooLong;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call does next, decided without threads: retries, fallbacks, limits and breakers. */
final class RaceTest {
  private static final Move WAIT = new Move.Wait(Race.NEVER);

  private final FixedRules rules = new FixedRules();

  @Test
  void theFirstTargetIsAskedAgainAndThenTheNext() {
    rules.retry = rules.retry.withMaxAttempts(2);
    Race race = rules.race();
    assertThat(next(race, 0)).isEqualTo(start(0, Kind.FIRST));
    race.started(0, Kind.FIRST, 0, 0);
    race.hedgesRefused();
    assertThat(next(race, 1)).isEqualTo(WAIT);
    ProviderException failure = failure(ErrorKind.SERVER_ERROR);
    assertThat(race.mayAskAgain(0, failure)).isTrue();
    fail(race, 0, failure, 10);
    assertThat(next(race, 10)).isEqualTo(pay(0, failure, 510));
    race.paid(0);
    assertThat(next(race, 10)).isEqualTo(new Move.Wait(510 * MS));
    assertThat(next(race, 510)).isEqualTo(start(0, Kind.RETRY));
    race.started(0, Kind.RETRY, Race.NEVER - 510 * MS, 510 * MS);
    assertThat(race.mayAskAgain(0, failure)).isFalse();
    fail(race, 0, failure, 520);
    assertThat(next(race, 520)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void eachKindOfFailureLeadsWhereTheTableSays(ErrorKind kind) {
    Race race = running(0);
    ProviderException failure = failure(kind);
    boolean again = race.mayAskAgain(0, failure);
    fail(race, 0, failure, 0);
    Move move = next(race, 0);
    switch (kind) {
      case RATE_LIMITED,
          OVERLOADED,
          SERVER_ERROR,
          NETWORK,
          STREAM_TRUNCATED,
          MALFORMED_RESPONSE,
          TOOL_GENERATION_FAILED ->
          assertThat(move).isInstanceOf(Move.Pay.class);
      case INVALID_REQUEST, CONTENT_FILTERED -> assertThat(move).isEqualTo(new Move.End(kind));
      default -> assertThat(move).isEqualTo(start(1, Kind.FALLBACK));
    }
    boolean silent = kind == ErrorKind.TIMEOUT || kind == ErrorKind.STALLED;
    assertThat(again).isEqualTo(silent || move instanceof Move.Pay);
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"TIMEOUT", "STALLED"})
  void aTargetThatFellSilentIsAskedAgainOnlyWhenNobodyElseIsLeft(ErrorKind kind) {
    Race race = running(0);
    ProviderException silence = failure(kind);
    fail(race, 0, silence, 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
    race.started(1, Kind.FALLBACK, Race.NEVER, 0);
    fail(race, 1, failure(ErrorKind.FORBIDDEN), 0);
    assertThat(next(race, 0)).isEqualTo(pay(0, silence, 500));
  }

  @Test
  void aTargetWhoseBreakerTheFailureOpenedIsLeftAtOnce() {
    Race race = running(0);
    race.failed(0, failure(ErrorKind.SERVER_ERROR), true, 0, 0, 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @Test
  void aRetryThatCouldUseUpTheCallLeavesTheTimeToAnotherTarget() {
    Race race = running(0);
    race.failed(0, failure(ErrorKind.SERVER_ERROR), false, 9600 * MS, 0, 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @Test
  void whenNobodyTakesTheRequestTheCallEndsWithThat() {
    Race race = running(0);
    fail(race, 0, failure(ErrorKind.NOT_FOR_THIS_TARGET), 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
    race.started(1, Kind.FALLBACK, Race.NEVER, 0);
    fail(race, 1, failure(ErrorKind.NOT_FOR_THIS_TARGET), 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.NOT_FOR_THIS_TARGET));
  }

  @Test
  void aRefusalForTheTargetsSakeIsTheEndIfSoSet() {
    rules.fallback = rules.fallback.withRefusalsFinal();
    Race race = running(0);
    fail(race, 0, failure(ErrorKind.NOT_FOR_THIS_TARGET), 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.NOT_FOR_THIS_TARGET));
  }

  @Test
  void aDeniedRetryGoesToTheNextTargetAndThenEndsWithTheLastError() {
    Race race = running(0);
    fail(race, 0, failure(ErrorKind.OVERLOADED), 0);
    race.denied(0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
    race.started(1, Kind.FALLBACK, Race.NEVER, 0);
    fail(race, 1, failure(ErrorKind.NETWORK), 0);
    race.denied(1);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.NETWORK));
  }

  @Test
  void whatIsPaidAndNotUsedIsGivenBack() {
    Race race = running(0);
    fail(race, 0, failure(ErrorKind.OVERLOADED), 0);
    assertThat(race.takeUnspent(0)).isNull();
    race.paid(0);
    assertThat(race.takeUnspent(0)).isEqualTo(ErrorKind.OVERLOADED);
    assertThat(race.takeUnspent(0)).isNull();
    assertThat(next(race, 0)).isInstanceOf(Move.Pay.class);
  }

  @Test
  void aServersDelayBeyondTheCapPutsTheTargetOutOfReach() {
    Race race = running(0);
    fail(race, 0, delayed(ErrorKind.OVERLOADED, 61_000), 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @Test
  void whatTheServerSaysAboutSendingAgainGoesBeforeTheKind() {
    assertThat(running(0).mayAskAgain(0, hinted(ErrorKind.QUOTA_EXHAUSTED, true))).isTrue();
    assertThat(running(0).mayAskAgain(0, hinted(ErrorKind.UNAUTHORIZED, true))).isTrue();
    assertThat(running(0).mayAskAgain(0, hinted(ErrorKind.SERVER_ERROR, false))).isFalse();
    assertThat(running(0).mayAskAgain(0, hinted(ErrorKind.TOOL_GENERATION_FAILED, false)))
        .isFalse();
  }

  @Test
  void aToolCallThatCouldNotBeReadIsSampledOnceMoreInTheWholeCall() {
    Race race = running(0);
    ProviderException failure = failure(ErrorKind.TOOL_GENERATION_FAILED);
    assertThat(race.mayAskAgain(0, failure)).isTrue();
    fail(race, 0, failure, 0);
    race.paid(0);
    race.started(0, Kind.RETRY, Race.NEVER - 1, 1);
    assertThat(race.mayAskAgain(0, failure)).isFalse();
    fail(race, 0, failure, 1);
    race.started(1, Kind.FALLBACK, Race.NEVER - 1, 1);
    assertThat(race.mayAskAgain(1, failure)).isFalse();
  }

  @Test
  void aRefusedKeyIsTriedOnceMoreOnlyIfAskedTo() {
    ProviderException failure = failure(ErrorKind.UNAUTHORIZED);
    assertThat(running(0).mayAskAgain(0, failure)).isFalse();
    rules.retry = rules.retry.withUnauthorizedRetried();
    Race race = running(0);
    assertThat(race.mayAskAgain(0, failure)).isTrue();
    fail(race, 0, failure, 0);
    race.paid(0);
    race.started(0, Kind.RETRY, Race.NEVER - 1, 1);
    assertThat(race.mayAskAgain(0, failure)).isFalse();
  }

  @Test
  void whatIsTooLongPassesOverWindowsThatAreNoLarger() {
    rules.rungs = new int[] {1, 1, 1, 1};
    rules.windows = new int[] {8, 8, 4, 16};
    Race race = running(0);
    fail(race, 0, failure(ErrorKind.CONTEXT_TOO_LONG), 0);
    for (int target = 1; target < 3; target++) {
      assertThat(next(race, 0))
          .isEqualTo(
              new Move.PassOver(
                  target,
                  "its context window of " + rules.windows[target] + " tokens is no larger"));
      race.passedOver(target);
    }
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void whatIsTooLongForAWindowMayFitIntoOneThatNobodyKnows() {
    rules.windows = new int[] {8, 0};
    Race race = running(0);
    fail(race, 0, failure(ErrorKind.CONTEXT_TOO_LONG), 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @Test
  void whatIsTooLongGoesNowhereOrAnywhereIfAskedTo() {
    rules.rungs = new int[] {1, 1, 1, 1};
    rules.windows = new int[] {8, 4, 4, 16};
    rules.fallback = rules.fallback.withContextTooLong(ContextTooLong.NEVER);
    Race strict = running(0);
    fail(strict, 0, failure(ErrorKind.CONTEXT_TOO_LONG), 0);
    assertThat(next(strict, 0)).isEqualTo(new Move.End(ErrorKind.CONTEXT_TOO_LONG));

    rules.fallback = rules.fallback.withContextTooLong(ContextTooLong.ANY);
    Race hopeful = running(0);
    fail(hopeful, 0, failure(ErrorKind.CONTEXT_TOO_LONG), 0);
    assertThat(next(hopeful, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @Test
  void aFilteredQuestionGoesToTheNextTargetIfTheCallerAllowsIt() {
    rules.fallback = rules.fallback.withContentFilterTried();
    Race race = running(0);
    fail(race, 0, failure(ErrorKind.CONTENT_FILTERED), 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"RATE_LIMITED", "OVERLOADED"})
  void aServersDelayIsWaitedForOnlyWithPatience(ErrorKind kind) {
    Race near = running(0);
    ProviderException failure = delayed(kind, 1000);
    near.failed(0, failure, false, 0, 0, 0);
    assertThat(next(near, 0)).isEqualTo(pay(0, failure, 1000 + 125)); // an eighth is our own

    Race far = running(0);
    fail(far, 0, delayed(kind, 1801), 0);
    assertThat(next(far, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @Test
  void withNothingElseLeftALimitedTargetIsWaitedForAsLongAsTheDeadlineAllows() {
    Race race = running(0);
    ProviderException failure = delayed(ErrorKind.RATE_LIMITED, 8000);
    fail(race, 0, failure, 0);
    race.started(1, Kind.FALLBACK, Race.NEVER, 0);
    fail(race, 1, failure(ErrorKind.FORBIDDEN), 0);
    assertThat(next(race, 0)).isEqualTo(pay(0, failure, 9000));
    race.paid(0);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(9000 * MS));
    assertThat(next(race, 9000)).isEqualTo(start(0, Kind.RETRY));
  }

  @Test
  void ourOwnBackoffIsWorthItsWait() {
    rules.retry = rules.retry.withDelay(Duration.ofSeconds(8), Duration.ofSeconds(8));
    Race race = running(0);
    fail(race, 0, failure(ErrorKind.SERVER_ERROR), 0);
    race.paid(0);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(8000 * MS));
  }

  @Test
  void whatIsReadyAfterTheDeadlineIsNotWaitedFor() {
    rules.rungs = new int[] {1};
    Race frozen = rules.race();
    frozen.refused(0, Refusal.RATE_LIMITED, 10_000 * MS, 0);
    assertThat(next(frozen, 0)).isEqualTo(new Move.End(ErrorKind.RATE_LIMITED));

    Race paced = rules.race();
    paced.refused(0, Refusal.PACED, Race.NEVER, 0);
    assertThat(next(paced, 0)).isEqualTo(new Move.End(ErrorKind.LIMIT_EXCEEDED));

    Race full = rules.race();
    full.refused(0, Refusal.FULL, 9999 * MS, 0);
    assertThat(next(full, 0)).isEqualTo(new Move.Wait(9999 * MS));
    full.ready(0);
    assertThat(next(full, 1)).isEqualTo(start(0, Kind.FIRST));
  }

  @Test
  void theLastTargetIsNotEjectedByItsFailures() {
    Race race = rules.race();
    race.refused(0, Refusal.OPEN, Race.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FIRST));
    race.refused(1, Refusal.OPEN, Race.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.Start(1, Kind.FIRST, true));
    race.started(1, Kind.FIRST, Race.NEVER, 0);
    fail(race, 1, failure(ErrorKind.SERVER_ERROR), 0);
    // and that is one request to targets that are down, however many there are
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.SERVER_ERROR));
  }

  @Test
  void anOnlyTargetBehindAnOpenBreakerIsRetriedLikeAnyOther() {
    rules.rungs = new int[] {1};
    Race race = running(0);
    for (int retry = 0; retry < 2; retry++) {
      race.failed(0, failure(ErrorKind.SERVER_ERROR), true, 0, 0, 0);
      assertThat(next(race, 0)).isInstanceOf(Move.Pay.class);
      race.paid(0);
      assertThat(next(race, 9000)).isEqualTo(start(0, Kind.RETRY));
      race.refused(0, Refusal.OPEN, Race.NEVER, 9000 * MS);
      assertThat(next(race, 9000)).isEqualTo(new Move.Start(0, Kind.RETRY, true));
      race.started(0, Kind.RETRY, Race.NEVER - 9000 * MS, 0);
    }
    fail(race, 0, failure(ErrorKind.SERVER_ERROR), 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.SERVER_ERROR));
  }

  @Test
  void aLockedTargetIsEjectedEvenIfItIsTheLast() {
    Race race = rules.race();
    race.refused(0, Refusal.OPEN, Race.NEVER, 0);
    race.refused(1, Refusal.LOCKED, Race.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.Start(0, Kind.FIRST, true));
    race.refused(0, Refusal.LOCKED, Race.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.CIRCUIT_OPEN));
  }

  @Test
  void theLastTargetIsEjectedIfItsBreakerSaysSo() {
    rules.forcesTargets = false;
    Race race = rules.race();
    race.refused(0, Refusal.OPEN, Race.NEVER, 0);
    race.refused(1, Refusal.OPEN, Race.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.CIRCUIT_OPEN));
  }

  @Test
  void withNobodyWhoCanServeItThereIsNoTarget() {
    Race race = rules.race();
    race.passedOver(0);
    race.passedOver(1);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.NO_ELIGIBLE_TARGET));
  }

  private Race running(int target) {
    Race race = rules.race();
    race.started(target, Kind.FIRST, Race.NEVER, 0);
    return race;
  }

  /** The next move, which asking does not change. */
  private static Move next(Race race, long millis) {
    Move move = race.next(millis * MS);
    assertThat(race.next(millis * MS)).isEqualTo(move);
    return move;
  }

  private static void fail(Race race, int target, ProviderException failure, long millis) {
    race.failed(target, failure, false, 0, 0, millis * MS);
  }

  private static Move pay(int target, ProviderException failure, long atMillis) {
    return new Move.Pay(target, failure.kind(), failure, atMillis * MS);
  }

  private static ProviderException delayed(ErrorKind kind, long millis) {
    return ProviderException.builder(kind, "scripted")
        .retryAfter(Duration.ofMillis(millis))
        .build();
  }

  private static Move start(int target, Kind kind) {
    return new Move.Start(target, kind, false);
  }

  private static ProviderException failure(ErrorKind kind) {
    return new ProviderException(kind, "scripted");
  }

  private static ProviderException hinted(ErrorKind kind, boolean again) {
    return ProviderException.builder(kind, "scripted")
        .retryAfter(Duration.ofMillis(1))
        .retryHint(again)
        .build();
  }
}
