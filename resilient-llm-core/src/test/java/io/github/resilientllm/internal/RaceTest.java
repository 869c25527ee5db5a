package io.github.resilientllm.internal;

import static io.github.resilientllm.internal.FixedRules.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt.Kind;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.Race.Move;
import io.github.resilientllm.internal.guard.Admission.Verdict;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Fallback.ContextTooLong;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call does next, decided without threads: retries, fallbacks, limits and breakers. */
final class RaceTest {
  private static final Move WAIT = new Move.Wait(Time.NEVER);

  private final FixedRules rules = new FixedRules();

  @Test
  void theFirstTargetIsAskedAgainAndThenTheNext() {
    rules.maxAttempts = 2;
    Race race = new Race(rules);
    assertThat(next(race, 0)).isEqualTo(start(0, Kind.FIRST));
    race.started(0, Kind.FIRST, 0, 0);
    race.hedgeRefused();
    assertThat(next(race, 1)).isEqualTo(WAIT);
    ProviderException failure = failure(ErrorKind.SERVER_ERROR);
    assertThat(race.failed(0, failure, 10 * MS)).isTrue();
    assertThat(next(race, 10)).isEqualTo(new Move.Retry(0, failure));
    race.retryAt(0, 60 * MS, 50 * MS);
    assertThat(next(race, 10)).isEqualTo(new Move.Wait(60 * MS));
    assertThat(next(race, 60)).isEqualTo(start(0, Kind.RETRY));
    race.started(0, Kind.RETRY, Time.NEVER - 70 * MS, 60 * MS);
    assertThat(race.failed(0, failure, 70 * MS)).isFalse();
    assertThat(next(race, 70)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void eachKindOfFailureLeadsWhereTheTableSays(ErrorKind kind) {
    Race race = running(0);
    ProviderException failure = failure(kind);
    boolean again = race.failed(0, failure, 0);
    Move expected =
        switch (kind) {
          case RATE_LIMITED,
              OVERLOADED,
              SERVER_ERROR,
              TIMEOUT,
              NETWORK,
              STREAM_TRUNCATED,
              STALLED,
              MALFORMED_RESPONSE,
              TOOL_GENERATION_FAILED ->
              new Move.Retry(0, failure);
          case INVALID_REQUEST, CONTENT_FILTERED, CONTEXT_TOO_LONG -> new Move.End(kind);
          default -> start(1, Kind.FALLBACK);
        };
    assertThat(next(race, 0)).isEqualTo(expected);
    assertThat(again).isEqualTo(expected instanceof Move.Retry);
  }

  @Test
  void aDeniedRetryGoesToTheNextTargetAndThenEndsWithTheLastError() {
    Race race = running(0);
    race.failed(0, failure(ErrorKind.OVERLOADED), 0);
    race.giveUpOn(0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
    race.started(1, Kind.FALLBACK, Time.NEVER, 0);
    race.failed(1, failure(ErrorKind.NETWORK), 0);
    race.giveUpOn(1);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.NETWORK));
  }

  @Test
  void whatTheServerSaysAboutSendingAgainGoesBeforeTheKind() {
    assertThat(running(0).failed(0, hinted(ErrorKind.QUOTA_EXHAUSTED, true), 0)).isTrue();
    assertThat(running(0).failed(0, hinted(ErrorKind.UNAUTHORIZED, true), 0)).isTrue();
    assertThat(running(0).failed(0, hinted(ErrorKind.SERVER_ERROR, false), 0)).isFalse();
    assertThat(running(0).failed(0, hinted(ErrorKind.TOOL_GENERATION_FAILED, false), 0)).isFalse();
  }

  @Test
  void aToolCallThatCouldNotBeReadIsSampledOnceMoreInTheWholeCall() {
    Race race = running(0);
    assertThat(race.failed(0, failure(ErrorKind.TOOL_GENERATION_FAILED), 0)).isTrue();
    race.retryAt(0, 1, 1);
    race.started(0, Kind.RETRY, Time.NEVER - 1, 1);
    assertThat(race.failed(0, failure(ErrorKind.TOOL_GENERATION_FAILED), 1)).isFalse();
    race.started(1, Kind.FALLBACK, Time.NEVER - 1, 1);
    assertThat(race.failed(1, failure(ErrorKind.TOOL_GENERATION_FAILED), 1)).isFalse();
  }

  @Test
  void aRefusedKeyIsTriedOnceMoreOnlyIfAskedTo() {
    assertThat(running(0).failed(0, failure(ErrorKind.UNAUTHORIZED), 0)).isFalse();
    rules.retriesUnauthorized = true;
    Race race = running(0);
    assertThat(race.failed(0, failure(ErrorKind.UNAUTHORIZED), 0)).isTrue();
    race.retryAt(0, 1, 1);
    race.started(0, Kind.RETRY, Time.NEVER - 1, 1);
    assertThat(race.failed(0, failure(ErrorKind.UNAUTHORIZED), 1)).isFalse();
  }

  @Test
  void whatIsTooLongGoesOnlyToALargerWindow() {
    rules.targets = 4;
    rules.windows = new int[] {8, 8, 4, 16};
    Race race = running(0);
    race.failed(0, failure(ErrorKind.CONTEXT_TOO_LONG), 0);
    assertThat(next(race, 0)).isEqualTo(start(3, Kind.FALLBACK));
  }

  @Test
  void anUnknownWindowIsNoLargerOne() {
    rules.windows = new int[] {8, 0};
    Race race = running(0);
    race.failed(0, failure(ErrorKind.CONTEXT_TOO_LONG), 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.CONTEXT_TOO_LONG));
  }

  @Test
  void whatIsTooLongGoesNowhereOrAnywhereIfAskedTo() {
    rules.targets = 4;
    rules.windows = new int[] {8, 0, 4, 16};
    rules.onContextTooLong = ContextTooLong.NEVER;
    Race strict = running(0);
    strict.failed(0, failure(ErrorKind.CONTEXT_TOO_LONG), 0);
    assertThat(next(strict, 0)).isEqualTo(new Move.End(ErrorKind.CONTEXT_TOO_LONG));

    rules.onContextTooLong = ContextTooLong.ANY;
    Race hopeful = running(0);
    hopeful.failed(0, failure(ErrorKind.CONTEXT_TOO_LONG), 0);
    assertThat(next(hopeful, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @Test
  void aFilteredQuestionGoesToTheNextTargetIfTheCallerAllowsIt() {
    rules.triesNextOnContentFilter = true;
    Race race = running(0);
    race.failed(0, failure(ErrorKind.CONTENT_FILTERED), 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @Test
  void aLimitedTargetIsWaitedForOnlyWithPatience() {
    Race near = running(0);
    near.failed(0, failure(ErrorKind.RATE_LIMITED), 0);
    near.retryAt(0, 2000 * MS, 2000 * MS);
    assertThat(next(near, 0)).isEqualTo(new Move.Wait(2000 * MS));

    Race far = running(0);
    far.failed(0, failure(ErrorKind.RATE_LIMITED), 0);
    far.retryAt(0, 2001 * MS, 2001 * MS);
    assertThat(next(far, 0)).isEqualTo(start(1, Kind.FALLBACK));
  }

  @Test
  void withNothingElseLeftALimitedTargetIsWaitedForAsLongAsTheDeadlineAllows() {
    Race race = running(0);
    race.failed(0, failure(ErrorKind.RATE_LIMITED), 0);
    race.retryAt(0, 9999 * MS, 9999 * MS);
    race.started(1, Kind.FALLBACK, Time.NEVER, 0);
    race.failed(1, failure(ErrorKind.FORBIDDEN), 0);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(9999 * MS));
    assertThat(next(race, 9999)).isEqualTo(start(0, Kind.RETRY));
  }

  @Test
  void ourOwnBackoffIsWorthItsWait() {
    Race race = running(0);
    race.failed(0, failure(ErrorKind.SERVER_ERROR), 0);
    race.retryAt(0, 8000 * MS, 8000 * MS);
    assertThat(next(race, 0)).isEqualTo(new Move.Wait(8000 * MS));
  }

  @Test
  void whatIsReadyAfterTheDeadlineIsNotWaitedFor() {
    rules.targets = 1;
    Race frozen = new Race(rules);
    frozen.refused(0, Verdict.FROZEN, 10_000 * MS, 0);
    assertThat(next(frozen, 0)).isEqualTo(new Move.End(ErrorKind.RATE_LIMITED));

    Race paced = new Race(rules);
    paced.refused(0, Verdict.PACED, Time.NEVER, 0);
    assertThat(next(paced, 0)).isEqualTo(new Move.End(ErrorKind.LIMIT_EXCEEDED));

    Race full = new Race(rules);
    full.refused(0, Verdict.FULL, 9999 * MS, 0);
    assertThat(next(full, 0)).isEqualTo(new Move.Wait(9999 * MS));
    full.ready(0);
    assertThat(next(full, 1)).isEqualTo(start(0, Kind.FIRST));
  }

  @Test
  void theLastTargetIsNotEjectedByItsFailures() {
    Race race = new Race(rules);
    race.refused(0, Verdict.OPEN, Time.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(start(1, Kind.FIRST));
    race.refused(1, Verdict.OPEN, Time.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.Start(1, Kind.FIRST, true));
    race.started(1, Kind.FIRST, Time.NEVER, 0);
    race.failed(1, failure(ErrorKind.FORBIDDEN), 0);
    // then the one before it, and then there is an end
    assertThat(next(race, 0)).isEqualTo(new Move.Start(0, Kind.FALLBACK, true));
    race.started(0, Kind.FALLBACK, Time.NEVER, 0);
    race.failed(0, failure(ErrorKind.FORBIDDEN), 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.FORBIDDEN));
  }

  @Test
  void aLastTargetBehindAnOpenBreakerIsRetriedLikeAnyOther() {
    rules.targets = 1;
    Race race = running(0);
    for (int retry = 0; retry < 2; retry++) {
      race.failed(0, failure(ErrorKind.SERVER_ERROR), 0);
      assertThat(next(race, 0)).isInstanceOf(Move.Retry.class);
      race.retryAt(0, 0, 0);
      assertThat(next(race, 0)).isEqualTo(start(0, Kind.RETRY));
      race.refused(0, Verdict.OPEN, Time.NEVER, 0);
      assertThat(next(race, 0)).isEqualTo(new Move.Start(0, Kind.RETRY, true));
      race.started(0, Kind.RETRY, Time.NEVER, 0);
    }
    race.failed(0, failure(ErrorKind.SERVER_ERROR), 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.SERVER_ERROR));
  }

  @Test
  void aLockedTargetIsEjectedEvenIfItIsTheLast() {
    Race race = new Race(rules);
    race.refused(0, Verdict.OPEN, Time.NEVER, 0);
    race.refused(1, Verdict.LOCKED, Time.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.Start(0, Kind.FIRST, true));
    race.refused(0, Verdict.LOCKED, Time.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.CIRCUIT_OPEN));
  }

  @Test
  void theLastTargetIsEjectedIfItsBreakerSaysSo() {
    rules.forcesTargets = false;
    Race race = new Race(rules);
    race.refused(0, Verdict.OPEN, Time.NEVER, 0);
    race.refused(1, Verdict.OPEN, Time.NEVER, 0);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.CIRCUIT_OPEN));
  }

  @Test
  void withNobodyWhoCanServeItThereIsNoTarget() {
    Race race = new Race(rules);
    race.giveUpOn(0);
    race.giveUpOn(1);
    assertThat(next(race, 0)).isEqualTo(new Move.End(ErrorKind.NO_ELIGIBLE_TARGET));
  }

  private Race running(int target) {
    Race race = new Race(rules);
    race.started(target, Kind.FIRST, Time.NEVER, 0);
    return race;
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

  private static ProviderException hinted(ErrorKind kind, boolean again) {
    return ProviderException.builder(kind, "scripted")
        .retryAfter(Duration.ofMillis(1))
        .retryHint(again)
        .build();
  }
}
