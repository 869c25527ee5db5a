package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayDeque;
import java.util.Deque;
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

  @Test
  void aLimitIsFoundAgainAfterAQuietTimeThoughSomebodyElseUsesItMeanwhile() {
    Window vendor = new Window(20, 10 * SECOND);
    offer(vendor, 0, 200 * SECOND);
    long back = 400 * SECOND;
    for (long now = back - 20 * SECOND; now < back; now += SECOND / 6) {
      boolean unused = vendor.takes(now); // somebody else's with the same key
    }
    int answered = offer(vendor, back, back + 60 * SECOND);
    assertThat(answered).isBetween(90, 110); // of 100 that came back after the first 10 s
  }

  /** Six calls a second; returns how many were answered. */
  private int offer(Window vendor, long from, long to) {
    int answered = 0;
    for (long now = from; now < to; now += SECOND / 6) {
      Permit permit = standing.admit(now, null, false, false).permit();
      if (permit == null) {
        continue;
      }
      if (vendor.takes(now)) {
        permit.spoke(now);
        answered++;
      } else {
        refuse(permit, now);
      }
    }
    return answered;
  }

  /** A vendor that takes so many requests in any time of a length. */
  private static final class Window {
    private final int limit;
    private final long length;
    private final Deque<Long> taken = new ArrayDeque<>();

    Window(int limit, long length) {
      this.limit = limit;
      this.length = length;
    }

    boolean takes(long now) {
      taken.removeIf(at -> at <= now - length);
      return taken.size() < limit && taken.add(now);
    }
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
