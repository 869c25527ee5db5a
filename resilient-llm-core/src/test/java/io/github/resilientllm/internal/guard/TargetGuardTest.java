package io.github.resilientllm.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What stands before a target, on an explicit clock: one place, one turn in ten, one failure. */
final class TargetGuardTest {
  private final TargetGuard guard =
      new TargetGuard(
          Breaker.opensAfter(1, 2).withOpenFor(Duration.ofNanos(10)),
          Concurrency.atMost(1).withWaiting(2, Duration.ofNanos(100)),
          RateLimit.of(1, Duration.ofNanos(10)),
          Budget.standard(),
          Hedge.extraLoad(0.05),
          50,
          (from, to) -> {});

  @Test
  void whatARefusedAttemptHeldIsGivenBack() {
    Admission first = guard.admit(0, null, false, false);
    assertThat(first).isEqualTo(Admission.ADMITTED);
    assertThat(guard.admit(0, null, false, false)).isEqualTo(Admission.FULL);
    guard.cancelled(first, 0);
    Admission paced = guard.admit(5, null, false, false);
    assertThat(paced).isEqualTo(new Admission(Admission.Verdict.PACED, 10));
    assertThat(guard.freePlaces()).isEqualTo(1);
  }

  @Test
  void aGrantedPlaceIsUsedUpWhateverTheAnswerIs() {
    Admission first = guard.admit(0, null, false, false);
    Place place = new Place(() -> {}, false);
    assertThat(guard.enqueue(place)).isTrue();
    guard.failed(first, ErrorKind.RATE_LIMITED, true, 30, 1);
    assertThat(place.isGranted()).isTrue();
    assertThat(guard.admit(2, place, false, false))
        .isEqualTo(new Admission(Admission.Verdict.FROZEN, 31));
    assertThat(guard.freePlaces()).isEqualTo(1);
  }

  @Test
  void anOpenBreakerTakesNeitherPlaceNorTurn() {
    guard.failed(guard.admit(0, null, false, false), ErrorKind.SERVER_ERROR, false, 0, 20);
    assertThat(guard.admit(25, null, false, false)).isEqualTo(Admission.OPEN);
    assertThat(guard.admit(25, null, true, false))
        .isEqualTo(Admission.ADMITTED); // the turn was free
    assertThat(guard.freePlaces()).isZero();
  }

  @Test
  void anAttemptThatWeEndedIsNeitherSuccessNorFailure() {
    double tokens = guard.retryTokens();
    guard.cancelled(guard.admit(0, null, false, false), 0);
    assertThat(guard.breakerState()).isEqualTo(BreakerState.CLOSED);
    assertThat(guard.retryTokens()).isEqualTo(tokens);
  }

  @Test
  void aLateFirstTokenIsAFailureOfTheTargetThoughTheCallIsAnswered() {
    guard.succeeded(guard.admit(0, null, false, false), false, null, 51, 60);
    assertThat(guard.breakerState()).isEqualTo(BreakerState.OPEN);
  }

  @Test
  void aRefusedKeyLocksOnlyWhenItIsFinal() {
    guard.failed(guard.admit(0, null, false, false), ErrorKind.UNAUTHORIZED, false, 0, 0);
    assertThat(guard.admit(1000, null, true, false)).isEqualTo(Admission.LOCKED);
  }

  @Test
  void aProbeThatIsRefusedForTheRequestsSakeHasAnswered() {
    guard.failed(guard.admit(0, null, false, false), ErrorKind.SERVER_ERROR, false, 0, 0);
    Admission probe = guard.admit(10, null, false, false);
    assertThat(probe.isProbe()).isTrue();
    guard.failed(probe, ErrorKind.INVALID_REQUEST, false, 0, 11);
    assertThat(guard.breakerState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void aRateLimitStopsHedgesThereForASecondAtLeast() {
    guard.failed(guard.admit(0, null, false, false), ErrorKind.RATE_LIMITED, true, 0, 0);
    assertThat(guard.takesHedges(999_999_999)).isFalse();
    assertThat(guard.takesHedges(1_000_000_000)).isTrue();
  }

  @Test
  void aMemberThatRefusedWithoutADelayCountsAsLimitedForASecond() {
    guard.failed(guard.admit(0, null, false, false), ErrorKind.RATE_LIMITED, true, 0, 0);
    assertThat(guard.standing(999_999_999).health()).isEqualTo(Standing.Health.LIMITED);
    assertThat(guard.standing(1_000_000_000).health()).isEqualTo(Standing.Health.READY);
  }

  @Test
  void onlyAFailureOfTheServiceIsChargedToTheBudgetOfAGroup() {
    Budget budget = Budget.likeGrpc(10, 0.1);
    TokenBucket shared = TargetGuard.retriesOf(budget);
    TargetGuard member =
        new TargetGuard(
            Breaker.none(),
            Concurrency.unlimited(),
            RateLimit.unlimited(),
            budget,
            Hedge.none(),
            50,
            (from, to) -> {},
            shared);
    double full = shared.tokens();
    member.failed(member.admit(0, null, false, false), ErrorKind.RATE_LIMITED, true, 0, 0);
    member.failed(member.admit(1, null, false, false), ErrorKind.UNAUTHORIZED, true, 0, 1);
    assertThat(shared.tokens()).isEqualTo(full);
    member.failed(member.admit(2, null, false, false), ErrorKind.SERVER_ERROR, true, 0, 2);
    assertThat(shared.tokens()).isEqualTo(full - 1);
  }

  @Test
  void aHedgeWaitsForTheStartValueUntilEnoughIsLearnt() {
    assertThat(guard.hedgeDelayNanos()).isEqualTo(3_000_000_000L);
    for (int i = 1; i <= 100; i++) {
      guard.learn(i * 1_000_000L);
    }
    assertThat(guard.hedgeDelayNanos()).isBetween(95_000_000L, 101_000_000L);
  }
}
