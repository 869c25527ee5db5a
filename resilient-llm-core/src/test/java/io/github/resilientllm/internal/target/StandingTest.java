package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How a target stands, on an explicit clock: one place, one turn in ten, one failure. */
final class StandingTest {
  private final Standing standing =
      new Standing(
          "target",
          Breaker.opensAfter(1, 2).withOpenFor(Duration.ofNanos(10)),
          Concurrency.atMost(1).withWaiting(2, Duration.ofNanos(100)),
          RateLimit.of(1, Duration.ofNanos(10)));

  @Test
  void whatARefusedAttemptHeldIsGivenBack() {
    Permit first = admitted(0);
    assertThat(verdict(10)).isEqualTo(Admission.Verdict.FULL);
    first.release(10);
    admitted(10).release(10);
    Admission paced = standing.admit(15, null, false, false);
    assertThat(paced.verdict()).isEqualTo(Admission.Verdict.PACED);
    assertThat(paced.until()).isEqualTo(20);
    assertThat(standing.freePlaces()).isEqualTo(1);
    assertThat(standing.inFlight()).isZero();
  }

  @Test
  void aPermitIsEndedOnce() {
    Permit permit = admitted(0);
    permit.release(0);
    permit.release(0);
    permit.succeeded(false, 0);
    assertThat(permit.failed(failure(ErrorKind.SERVER_ERROR), true, false, 0, 0)).isFalse();
    assertThat(standing.freePlaces()).isEqualTo(1);
    assertThat(standing.inFlight()).isZero();
    assertThat(standing.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void aGrantedPlaceIsUsedUpWhateverTheAnswerIs() {
    Permit first = admitted(0);
    Place place = new Place(() -> {}, false);
    assertThat(standing.enqueue(place)).isTrue();
    first.release(1);
    assertThat(place.isGranted()).isTrue();
    assertThat(standing.admit(2, place, false, false).verdict()).isEqualTo(Admission.Verdict.PACED);
    assertThat(standing.freePlaces()).isEqualTo(1);
  }

  @Test
  void anOpenBreakerTakesNeitherPlaceNorTurn() {
    fail(admitted(0), ErrorKind.SERVER_ERROR, 20);
    assertThat(verdict(25)).isEqualTo(Admission.Verdict.OPEN);
    assertThat(standing.admit(25, null, true, false).permit()).isNotNull(); // the turn was free
    assertThat(standing.freePlaces()).isZero();
  }

  @Test
  void aLateFirstTokenIsAFailureOfTheTargetThoughTheCallIsAnswered() {
    admitted(0).succeeded(true, 60);
    assertThat(standing.breakerState()).isEqualTo(BreakerState.OPEN);
  }

  @Test
  void aRefusedKeyLocksOnlyWhenItIsFinal() {
    fail(admitted(0), ErrorKind.UNAUTHORIZED, 0);
    assertThat(standing.admit(1000, null, true, false).verdict())
        .isEqualTo(Admission.Verdict.LOCKED);
    standing.reset(1000);
    assertThat(standing.breakerState()).isEqualTo(BreakerState.CLOSED);
    admitted(1000);
  }

  @Test
  void aProbeThatIsRefusedForTheRequestsSakeHasAnswered() {
    Permit probe = probe();
    fail(probe, ErrorKind.INVALID_REQUEST, 11);
    assertThat(standing.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void aProbeThatWasNeverSentHasNot() {
    ProviderException unsent = failure(ErrorKind.INVALID_REQUEST);
    assertThat(probe().failed(unsent, false, false, 0, 11)).isTrue();
    assertThat(standing.breakerState()).isEqualTo(BreakerState.OPEN);
    assertThat(standing.admit(21, null, false, false).permit()).isNotNull();
  }

  @Test
  void aProbeIsJudgedAtItsFirstContentAndNotWhenItHasBeenRead() {
    Permit probe = probe();
    probe.spoke(11);
    assertThat(standing.breakerState()).isEqualTo(BreakerState.CLOSED);
    probe.release(1000);
    assertThat(standing.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void whatAListenerThrowsTakesNothingAway() {
    standing.subscribe(
        (from, to) -> {
          throw new IllegalStateException("a guest's");
        });
    Permit probe = probe();
    probe.release(11);
    assertThat(standing.freePlaces()).isEqualTo(1);
    assertThat(standing.admit(21, null, false, false).permit()).isNotNull();
  }

  @Test
  void oneRefusalHoldsNobodyBack() {
    Standing plain = plain();
    Permit told = admitted(plain, 0);
    told.failed(failure(ErrorKind.RATE_LIMITED), true, true, 30, 1);
    assertThat(plain.admit(2, null, false, false).permit()).isNotNull();
    assertThat(plain.toldNanos(2)).isEqualTo(29);
    assertThat(plain.availability(2).health()).isEqualTo(Availability.Health.LIMITED);
  }

  @Test
  void anAnswerSinceShowsThatAVendorTakesMoreAgain() {
    Standing plain = plain();
    Permit before = admitted(plain, 0);
    admitted(plain, 0).failed(failure(ErrorKind.RATE_LIMITED), true, true, 30, 1);
    before.succeeded(false, 2); // it was under way
    assertThat(plain.toldNanos(2)).isEqualTo(29);
    admitted(plain, 3).succeeded(false, 4);
    assertThat(plain.toldNanos(4)).isZero();
  }

  @Test
  void aRateLimitStopsHedgesThereForASecondAtLeast() {
    admitted(0).failed(failure(ErrorKind.RATE_LIMITED), true, true, 0, 0);
    assertThat(standing.hedging().takesHedges(999_999_999)).isFalse();
    assertThat(standing.hedging().takesHedges(1_000_000_000)).isTrue();
  }

  @Test
  void aMemberThatRefusedWithoutADelayCountsAsLimitedForASecond() {
    admitted(0).failed(failure(ErrorKind.RATE_LIMITED), true, true, 0, 0);
    assertThat(standing.availability(999_999_999).health()).isEqualTo(Availability.Health.LIMITED);
    assertThat(standing.availability(1_000_000_000).health()).isEqualTo(Availability.Health.READY);
  }

  @Test
  void onlyAFailureOfTheServiceIsChargedToTheBudgetOfAGroup() {
    RetryBudget budget = new RetryBudget(Budget.likeGrpc(10, 0.1), true);
    double full = budget.tokens();
    budget.failed(ErrorKind.RATE_LIMITED);
    budget.failed(ErrorKind.UNAUTHORIZED);
    assertThat(budget.tokens()).isEqualTo(full);
    budget.failed(ErrorKind.SERVER_ERROR);
    assertThat(budget.tokens()).isEqualTo(full - 1);
  }

  @Test
  void aHedgeWaitsForTheStartValueUntilEnoughIsLearnt() {
    Hedge hedge = Hedge.extraLoad(0.05);
    assertThat(standing.hedging().delayNanos(hedge)).isEqualTo(3_000_000_000L);
    for (int i = 1; i <= 100; i++) {
      standing.hedging().learn(i * 1_000_000L);
    }
    assertThat(standing.hedging().delayNanos(hedge)).isBetween(95_000_000L, 101_000_000L);
  }

  private Permit probe() {
    fail(admitted(0), ErrorKind.SERVER_ERROR, 0);
    Permit probe = admitted(10);
    assertThat(standing.breakerState()).isEqualTo(BreakerState.HALF_OPEN);
    return probe;
  }

  private Admission.Verdict verdict(long now) {
    return standing.admit(now, null, false, false).verdict();
  }

  private Permit admitted(long now) {
    return admitted(standing, now);
  }

  private static Permit admitted(Standing standing, long now) {
    return Objects.requireNonNull(standing.admit(now, null, false, false).permit());
  }

  private static Standing plain() {
    return new Standing("target", Breaker.none(), Concurrency.unlimited(), RateLimit.unlimited());
  }

  private static void fail(Permit permit, ErrorKind kind, long now) {
    permit.failed(failure(kind), true, false, 0, now);
  }

  private static ProviderException failure(ErrorKind kind) {
    return new ProviderException(kind, "scripted");
  }
}
