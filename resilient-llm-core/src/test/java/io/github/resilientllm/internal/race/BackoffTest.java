package io.github.resilientllm.internal.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Retry;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long a retry waits: 100 ms at first, a second at most. */
final class BackoffTest {
  private static final Retry POLICY =
      Retry.upTo(9)
          .withDelay(Duration.ofMillis(100), Duration.ofSeconds(1))
          .withThrottledDelay(Duration.ofMillis(400));
  private static final Retry DECORRELATED = POLICY.withJitter(Retry.Jitter.DECORRELATED);

  @Test
  void fullJitterIsUniformBelowADoublingDelay() {
    assertThat(delay(POLICY, 1, 0, 0)).isZero();
    assertThat(delay(POLICY, 1, 0, 0.5)).isEqualTo(50);
    assertThat(delay(POLICY, 2, 0, 0.5)).isEqualTo(100);
    assertThat(delay(POLICY, 4, 0, 0.5)).isEqualTo(400);
  }

  @Test
  void withoutJitterItIsTheDelayItself() {
    Retry plain = POLICY.withJitter(Retry.Jitter.NONE);
    assertThat(delay(plain, 1, 0, 0.3)).isEqualTo(100);
    assertThat(delay(plain, 3, 0, 0.3)).isEqualTo(400);
    assertThat(delay(plain, 5, 0, 0.3)).isEqualTo(1000);
    assertThat(delay(plain, 20, 0, 0.3)).isEqualTo(1000);
  }

  @Test
  void decorrelatedJitterGoesFromTheBaseToThreeTimesTheDelayBefore() {
    assertThat(delay(DECORRELATED, 1, 0, 0.9)).isEqualTo(100);
    assertThat(delay(DECORRELATED, 2, 100, 0.5)).isEqualTo(200);
    assertThat(delay(DECORRELATED, 3, 200, 0)).isEqualTo(100);
    assertThat(delay(DECORRELATED, 3, 900, 0.999)).isEqualTo(1000);
  }

  @Test
  void theCapHoldsAfterJitterWhateverIsDrawn() {
    Random random = new Random(1);
    for (Retry.Jitter jitter : Retry.Jitter.values()) {
      long previous = 0;
      for (int retry = 1; retry < 1000; retry++) {
        previous = delay(POLICY.withJitter(jitter), retry, previous, random.nextDouble());
        assertThat(previous).isBetween(0L, 1000L);
      }
    }
  }

  @Test
  void aThrottledCallWaitsForItsOwnDelay() {
    assertThat(millis(POLICY, ErrorKind.RATE_LIMITED, 1, 0, 0.5)).isEqualTo(200);
  }

  private static long delay(Retry policy, int retry, long previousMillis, double random) {
    return millis(policy, ErrorKind.SERVER_ERROR, retry, previousMillis, random);
  }

  private static long millis(
      Retry policy, ErrorKind after, int retry, long previousMillis, double random) {
    long previous = Duration.ofMillis(previousMillis).toNanos();
    return Duration.ofNanos(Backoff.delayNanos(policy, after, retry, previous, random)).toMillis();
  }
}
