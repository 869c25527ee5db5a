package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.internal.target.CircuitBreaker.Answer;
import io.github.resilientllm.policy.Breaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A breaker on an explicit clock: two failures among four open it for ten, a lock for a hundred.
 */
final class CircuitBreakerTest {
  private static final Breaker POLICY =
      Breaker.opensAfter(2, 4)
          .withOpenFor(Duration.ofNanos(10))
          .withLockedFor(Duration.ofNanos(100));

  private final List<String> changes = new ArrayList<>();
  private final CircuitBreaker breaker =
      new CircuitBreaker(POLICY, (from, to) -> changes.add(from + ">" + to));

  @Test
  void failuresAmongTheLastAttemptsOpenIt() {
    breaker.succeeded();
    breaker.failed(false, 0);
    for (int i = 0; i < 4; i++) {
      breaker.succeeded(); // push the failure out of the window
    }
    breaker.failed(false, 0);
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    breaker.failed(false, 5);
    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    assertThat(breaker.ask(14)).isEqualTo(Answer.OPEN);
    assertThat(changes).containsExactly("CLOSED>OPEN");
  }

  @Test
  void oneCallAtATimeProbesAndItsSuccessCloses() {
    open();
    assertThat(breaker.ask(10)).isEqualTo(Answer.AS_PROBE);
    assertThat(breaker.ask(10)).isEqualTo(Answer.OPEN);
    breaker.close(0);
    assertThat(breaker.ask(10)).isEqualTo(Answer.YES);
    assertThat(changes).containsExactly("CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED");
  }

  @Test
  void aFailedProbeReopensItForAsLongAgain() {
    open();
    assertThat(breaker.ask(20)).isEqualTo(Answer.AS_PROBE);
    breaker.failed(true, 25);
    assertThat(breaker.ask(34)).isEqualTo(Answer.OPEN);
    assertThat(breaker.ask(35)).isEqualTo(Answer.AS_PROBE);
  }

  @Test
  void aCancelledProbeGivesItsSlotBackAtOnce() {
    open();
    for (int i = 0; i < 3; i++) {
      assertThat(breaker.ask(10)).isEqualTo(Answer.AS_PROBE);
      breaker.releaseProbe(0);
      assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }
  }

  @Test
  void lateResultsOfAttemptsFromBeforeSayNothing() {
    open();
    breaker.failed(false, 5);
    breaker.succeeded();
    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    assertThat(breaker.ask(10)).isEqualTo(Answer.AS_PROBE);
    breaker.failed(false, 11);
    breaker.succeeded();
    assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
  }

  @Test
  void aForcedAttemptThatSucceedsClosesIt() {
    open();
    breaker.close(0);
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void aForcedAttemptThatFailsDoesNotKeepItOpenForLonger() {
    open();
    breaker.failed(false, 9);
    assertThat(breaker.ask(10)).isEqualTo(Answer.AS_PROBE);
  }

  @Test
  void aLockedTargetIsOutForMinutesAndThenProbed() {
    breaker.lock(false, 0);
    assertThat(breaker.ask(99)).isEqualTo(Answer.LOCKED);
    assertThat(breaker.ask(100)).isEqualTo(Answer.AS_PROBE);
    breaker.lock(true, 100);
    assertThat(breaker.ask(199)).isEqualTo(Answer.LOCKED);
    assertThat(breaker.ask(200)).isEqualTo(Answer.AS_PROBE);
    breaker.close(0);
    assertThat(breaker.ask(200)).isEqualTo(Answer.YES);
    open();
    assertThat(breaker.ask(5)).isEqualTo(Answer.OPEN);
  }

  @Test
  void aLockDuringAProbeDoesNotCostTheProbesSlotWhenItFails() {
    open();
    assertThat(breaker.ask(10)).isEqualTo(Answer.AS_PROBE);
    breaker.lock(false, 11); // a forced attempt beside it hears that the key is refused
    breaker.failed(true, 12);
    assertThat(breaker.ask(110)).isEqualTo(Answer.LOCKED);
    assertThat(breaker.ask(111)).isEqualTo(Answer.AS_PROBE);
  }

  @Test
  void aLockDuringAProbeDoesNotCostTheProbesSlotWhenItIsCancelled() {
    open();
    assertThat(breaker.ask(10)).isEqualTo(Answer.AS_PROBE);
    breaker.lock(false, 11);
    changes.clear();
    breaker.releaseProbe(0);
    assertThat(changes).isEmpty(); // it has been open all the time
    assertThat(breaker.ask(111)).isEqualTo(Answer.AS_PROBE);
  }

  @Test
  void aCancelledProbeDoesNotOpenWhatAForcedAttemptHasClosed() {
    open();
    assertThat(breaker.ask(10)).isEqualTo(Answer.AS_PROBE);
    breaker.close(0);
    breaker.releaseProbe(0);
    assertThat(breaker.ask(10)).isEqualTo(Answer.YES);
  }

  @Test
  void whatIsHeldOpenIsNeitherProbedNorClosedByAResult() {
    open();
    assertThat(breaker.ask(10)).isEqualTo(Answer.AS_PROBE);
    assertThat(breaker.hold(BreakerState.OPEN, 11)).isTrue();
    breaker.close(12); // the probe that was running answers
    breaker.releaseProbe(12);
    assertThat(breaker.ask(Long.MAX_VALUE - 1)).isEqualTo(Answer.LOCKED);
    assertThat(breaker.stands(0, 13).probeInNanos()).isZero();
    changes.clear();
    assertThat(breaker.hold(BreakerState.OPEN, 14)).isFalse();
    breaker.reset(15);
    assertThat(breaker.ask(15)).isEqualTo(Answer.YES);
    assertThat(changes).containsExactly("OPEN>CLOSED");
    open();
    assertThat(breaker.ask(10)).isEqualTo(Answer.AS_PROBE);
  }

  @Test
  void whatIsHeldClosedCountsNothing() {
    breaker.failed(false, 0);
    assertThat(breaker.hold(BreakerState.CLOSED, 1)).isTrue();
    for (int i = 0; i < 4; i++) {
      assertThat(breaker.failed(false, 2)).isFalse();
      assertThat(breaker.lock(false, 2)).isFalse();
      breaker.succeeded();
    }
    assertThat(breaker.stands(0, 3).attempts()).isEqualTo(1);
    assertThat(changes).isEmpty();
    breaker.reset(4);
    assertThat(breaker.failed(false, 5)).isTrue(); // the second one, as if there had been no others
  }

  @Test
  void withoutAPolicyItIsOpenOnlyWhileItIsHeldSo() {
    CircuitBreaker none = new CircuitBreaker(Breaker.none(), (from, to) -> {});
    assertThat(none.failed(false, 0)).isFalse();
    assertThat(none.lock(false, 0)).isFalse();
    none.succeeded();
    assertThat(none.stands(0, 0).attempts()).isZero();
    none.hold(BreakerState.OPEN, 1);
    assertThat(none.ask(2)).isEqualTo(Answer.LOCKED);
    assertThat(none.failed(false, 2)).isTrue();
    none.reset(3);
    assertThat(none.ask(3)).isEqualTo(Answer.YES);
  }

  private void open() {
    breaker.failed(false, 0);
    breaker.failed(false, 0);
    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
  }
}
