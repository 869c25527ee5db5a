package io.github.resilientllm.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.policy.Breaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A breaker on an explicit clock: two failures among four open it for ten, a lock for a hundred.
 */
final class BreakerGuardTest {
  private static final Breaker POLICY =
      Breaker.opensAfter(2, 4)
          .withOpenFor(Duration.ofNanos(10))
          .withLockedFor(Duration.ofNanos(100));

  private final List<String> changes = new ArrayList<>();
  private final BreakerGuard breaker =
      new BreakerGuard(POLICY, (from, to) -> changes.add(from + ">" + to));

  @Test
  void failuresAmongTheLastAttemptsOpenIt() {
    breaker.succeeded(false, false, 0);
    breaker.failed(false, 0);
    for (int i = 0; i < 4; i++) {
      breaker.succeeded(false, false, 0); // push the failure out of the window
    }
    breaker.failed(false, 0);
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
    breaker.failed(false, 5);
    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    assertThat(breaker.admit(14)).isEqualTo(Admission.OPEN);
    assertThat(changes).containsExactly("CLOSED>OPEN");
  }

  @Test
  void oneCallAtATimeProbesAndItsSuccessCloses() {
    open();
    assertThat(breaker.admit(10)).isEqualTo(Admission.PROBE);
    assertThat(breaker.admit(10)).isEqualTo(Admission.OPEN);
    breaker.succeeded(true, false, 0);
    assertThat(breaker.admit(10)).isEqualTo(Admission.ADMITTED);
    assertThat(changes).containsExactly("CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED");
  }

  @Test
  void aFailedProbeReopensItForAsLongAgain() {
    open();
    assertThat(breaker.admit(20)).isEqualTo(Admission.PROBE);
    breaker.failed(true, 25);
    assertThat(breaker.admit(34)).isEqualTo(Admission.OPEN);
    assertThat(breaker.admit(35)).isEqualTo(Admission.PROBE);
  }

  @Test
  void aCancelledProbeGivesItsSlotBackAtOnce() {
    open();
    for (int i = 0; i < 3; i++) {
      assertThat(breaker.admit(10)).isEqualTo(Admission.PROBE);
      breaker.releaseProbe(0);
      assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    }
  }

  @Test
  void lateResultsOfAttemptsFromBeforeSayNothing() {
    open();
    breaker.failed(false, 5);
    breaker.succeeded(false, false, 0);
    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
    assertThat(breaker.admit(10)).isEqualTo(Admission.PROBE);
    breaker.failed(false, 11);
    breaker.succeeded(false, false, 0);
    assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
  }

  @Test
  void aForcedAttemptThatSucceedsClosesIt() {
    open();
    breaker.succeeded(false, true, 0);
    assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void aForcedAttemptThatFailsDoesNotKeepItOpenForLonger() {
    open();
    breaker.failed(false, 9);
    assertThat(breaker.admit(10)).isEqualTo(Admission.PROBE);
  }

  @Test
  void aLockedTargetIsOutForMinutesAndThenProbed() {
    breaker.lock(false, 0);
    assertThat(breaker.admit(99)).isEqualTo(Admission.LOCKED);
    assertThat(breaker.admit(100)).isEqualTo(Admission.PROBE);
    breaker.lock(true, 100);
    assertThat(breaker.admit(199)).isEqualTo(Admission.LOCKED);
    assertThat(breaker.admit(200)).isEqualTo(Admission.PROBE);
    breaker.succeeded(true, false, 0);
    assertThat(breaker.admit(200)).isEqualTo(Admission.ADMITTED);
    open();
    assertThat(breaker.admit(5)).isEqualTo(Admission.OPEN);
  }

  @Test
  void aLockDuringAProbeDoesNotCostTheProbesSlotWhenItFails() {
    open();
    assertThat(breaker.admit(10)).isEqualTo(Admission.PROBE);
    breaker.lock(false, 11); // a forced attempt beside it hears that the key is refused
    breaker.failed(true, 12);
    assertThat(breaker.admit(110)).isEqualTo(Admission.LOCKED);
    assertThat(breaker.admit(111)).isEqualTo(Admission.PROBE);
  }

  @Test
  void aLockDuringAProbeDoesNotCostTheProbesSlotWhenItIsCancelled() {
    open();
    assertThat(breaker.admit(10)).isEqualTo(Admission.PROBE);
    breaker.lock(false, 11);
    changes.clear();
    breaker.releaseProbe(0);
    assertThat(changes).isEmpty(); // it has been open all the time
    assertThat(breaker.admit(111)).isEqualTo(Admission.PROBE);
  }

  @Test
  void aCancelledProbeDoesNotOpenWhatAForcedAttemptHasClosed() {
    open();
    assertThat(breaker.admit(10)).isEqualTo(Admission.PROBE);
    breaker.succeeded(false, true, 0);
    breaker.releaseProbe(0);
    assertThat(breaker.admit(10)).isEqualTo(Admission.ADMITTED);
  }

  private void open() {
    breaker.failed(false, 0);
    breaker.failed(false, 0);
    assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
  }
}
