package io.github.resilientllm.internal.race;

import static io.github.resilientllm.internal.race.FixedRules.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt.Kind;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.race.Race.Move;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call does next, decided without threads, when an attempt runs beside another. */
final class RaceHedgeTest {
  private static final Move WAIT = new Move.Wait(Race.NEVER);

  private final FixedRules rules = new FixedRules();

  @Test
  void aLateFirstTokenStartsTheNextTargetBesideIt() {
    Race race = late(0);
    assertThat(next(race, 99)).isEqualTo(new Move.Wait(100 * MS));
    assertThat(next(race, 100)).isEqualTo(hedge(1));
    race.started(1, Kind.HEDGE, 100 * MS, 100 * MS);
    assertThat(next(race, 9000)).isEqualTo(WAIT); // one is the most
  }

  @Test
  void aHedgeGoesToTheLateTargetIfSaidSoOrIfThereIsNoOther() {
    rules.hedge = rules.hedge.onSameTarget();
    assertThat(next(late(0), 100)).isEqualTo(hedge(0));
    rules.hedge = Hedge.extraLoad(0.05);
    rules.rungs = new int[] {1};
    assertThat(next(late(0), 100)).isEqualTo(hedge(0));
  }

  @Test
  void aRefusedHedgeIsNotAskedForAgain() {
    Race race = late(0);
    race.hedgesRefused();
    assertThat(next(race, 100)).isEqualTo(WAIT);
  }

  @Test
  void aHedgeThatCouldNotStartChangesNothingForItsTarget() {
    Race race = late(0);
    race.started(1, Kind.HEDGE, 0, 100 * MS);
    race.withdrawn(1);
    assertThat(next(race, 110)).isEqualTo(WAIT);
    fail(race, 0, failure(ErrorKind.FORBIDDEN), 120);
    assertThat(next(race, 120)).isEqualTo(new Move.Start(1, Kind.FALLBACK, false));
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void aFailedHedgeNeverEndsTheCall(ErrorKind kind) {
    Race race = late(0);
    race.started(1, Kind.HEDGE, 0, 100 * MS);
    fail(race, 1, failure(kind), 110);
    assertThat(next(race, 110)).isEqualTo(WAIT);
    race.committed();
    assertThat(next(race, 120)).isEqualTo(WAIT);
  }

  @Test
  void aWrongRequestSaidByTheHedgeLeavesThePrimaryItsRetries() {
    rules.rungs = new int[] {1, 1, 1};
    Race race = late(0);
    race.started(1, Kind.HEDGE, 0, 100 * MS);
    fail(race, 1, failure(ErrorKind.INVALID_REQUEST), 110);
    ProviderException failure = failure(ErrorKind.SERVER_ERROR);
    fail(race, 0, failure, 120);
    assertThat(next(race, 120)).isEqualTo(pay(0, failure, 620));
    race.denied(0);
    // but nobody new is asked what has been called wrong
    assertThat(next(race, 120)).isEqualTo(new Move.End(ErrorKind.SERVER_ERROR));
  }

  @Test
  void thePrimaryMayFailWhileTheHedgeGoesOn() {
    Race race = late(0);
    race.started(1, Kind.HEDGE, 0, 100 * MS);
    fail(race, 0, failure(ErrorKind.INVALID_REQUEST), 110);
    assertThat(next(race, 110)).isEqualTo(WAIT);
    fail(race, 1, failure(ErrorKind.FORBIDDEN), 120);
    assertThat(next(race, 120)).isEqualTo(new Move.End(ErrorKind.FORBIDDEN));
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"UNAUTHORIZED", "INVALID_REQUEST", "SERVER_ERROR"})
  void aSecondHedgeDoesNotGoWhereTheFirstOneFailed(ErrorKind kind) {
    rules.hedge = rules.hedge.withMaxHedges(2);
    Race race = late(0);
    race.started(1, Kind.HEDGE, 100 * MS, 100 * MS);
    fail(race, 1, failure(kind), 110);
    assertThat(next(race, 200)).isEqualTo(hedge(0));
  }

  @Test
  void aTargetThatAskedForTimeIsNotHedgedOn() {
    rules.hedge = rules.hedge.withMaxHedges(2);
    rules.hedge = rules.hedge.onSameTarget();
    Race race = late(0);
    race.started(0, Kind.HEDGE, 100 * MS, 100 * MS);
    fail(race, 0, delayed(ErrorKind.OVERLOADED, 5000), 110);
    assertThat(next(race, 200)).isEqualTo(WAIT);
  }

  @Test
  void theLongestDelayThatATargetAskedForIsKept() {
    rules.rungs = new int[] {1};
    Race race = late(0);
    race.started(0, Kind.HEDGE, 0, 100 * MS);
    ProviderException asked = delayed(ErrorKind.RATE_LIMITED, 5000);
    fail(race, 0, asked, 110);
    fail(race, 0, failure(ErrorKind.SERVER_ERROR), 120);
    assertThat(next(race, 120)).isEqualTo(pay(0, asked, 110 + 5000 + 625));
    assertThat(race.candidate(0).failedAt).isEqualTo(110 * MS);
  }

  @Test
  void aLoserHasHadItsTry() {
    rules.retry = rules.retry.withMaxAttempts(1);
    Race race = late(0);
    race.started(1, Kind.HEDGE, 0, 100 * MS);
    race.committed(); // the hedge speaks, the primary is cancelled
    fail(race, 1, failure(ErrorKind.FORBIDDEN), 200);
    assertThat(next(race, 200)).isEqualTo(new Move.End(ErrorKind.FORBIDDEN));
  }

  @Test
  void aLoserWithTriesLeftIsAskedAgainWhenTheWinnerBreaks() {
    Race race = late(0);
    race.started(1, Kind.HEDGE, 0, 100 * MS);
    race.committed();
    fail(race, 1, failure(ErrorKind.FORBIDDEN), 200);
    assertThat(next(race, 200)).isEqualTo(new Move.Start(0, Kind.RETRY, false));
  }

  /** A race whose first attempt's first token is late 100 ms after its start. */
  private Race late(int target) {
    Race race = rules.race();
    race.started(target, Kind.FIRST, 100 * MS, 0);
    return race;
  }

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

  private static Move hedge(int target) {
    return new Move.Start(target, Kind.HEDGE, false);
  }

  private static ProviderException failure(ErrorKind kind) {
    return new ProviderException(kind, "scripted");
  }

  private static ProviderException delayed(ErrorKind kind, long millis) {
    return ProviderException.builder(kind, "scripted")
        .retryAfter(Duration.ofMillis(millis))
        .build();
  }
}
