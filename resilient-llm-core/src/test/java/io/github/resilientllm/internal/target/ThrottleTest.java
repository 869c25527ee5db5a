package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.provider.ProviderException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What refusals leave of a target's rate, on an explicit clock. */
final class ThrottleTest {
  private static final long SECOND = 1_000_000_000L;

  private final Standing standing =
      new Standing("target", Breaker.none(), Concurrency.unlimited(), RateLimit.unlimited());

  @Test
  void theAttemptThatTriesEndsTheHoldThoughALateRefusalCameMeanwhile() {
    Permit early = admitted(0);
    Permit late = admitted(0);
    refuse(4, SECOND);
    early.spoke(SECOND + 1);
    Permit trial = admitted(3 * SECOND);
    refuse(late, 3 * SECOND + 1);
    trial.spoke(4 * SECOND);
    assertThat(standing.admit(10 * SECOND, null, false, false).verdict())
        .isEqualTo(Admission.Verdict.ADMITTED);
  }

  @Test
  void refusalsAfterAQuietNightDoNotLeaveOneAttemptAMinute() {
    long night = 0;
    for (int call = 0; call < 20; call++) {
      night += 600 * SECOND;
      admitted(night).spoke(night);
    }
    long morning = night + 600 * SECOND;
    refuse(4, morning);
    admitted(morning + 2 * SECOND).spoke(morning + 2 * SECOND);
    int answered = 0;
    for (long now = morning + 2 * SECOND; now < morning + 62 * SECOND; now += SECOND / 2) {
      Permit permit = standing.admit(now, null, false, false).permit();
      if (permit != null) {
        permit.spoke(now);
        answered++;
      }
    }
    assertThat(answered).isGreaterThan(50);
  }

  private void refuse(int attempts, long now) {
    Permit[] permits = new Permit[attempts];
    for (int i = 0; i < attempts; i++) {
      permits[i] = admitted(now);
    }
    for (Permit permit : permits) {
      refuse(permit, now);
    }
  }

  private static void refuse(Permit permit, long now) {
    permit.failed(new ProviderException(ErrorKind.RATE_LIMITED, "slowly"), true, false, 0, now);
  }

  private Permit admitted(long now) {
    return Objects.requireNonNull(standing.admit(now, null, false, false).permit());
  }
}
