package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.policy.RateLimit;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The generic cell rate algorithm on an explicit clock. */
final class PacerTest {

  @Test
  void aBurstStartsAtOnceAndTheRestEvenlySpaced() {
    Pacer pacer = new Pacer(limit(10, 100, 3)); // one each 10
    assertThat(pacer.tryTake(0)).isZero();
    assertThat(pacer.tryTake(0)).isZero();
    assertThat(pacer.tryTake(0)).isZero();
    assertThat(pacer.tryTake(0)).isEqualTo(10);
    assertThat(pacer.tryTake(9)).isEqualTo(10);
    assertThat(pacer.tryTake(10)).isZero();
    assertThat(pacer.tryTake(10)).isEqualTo(20);
  }

  @Test
  void quietTimeSavesUpNoMoreThanTheBurst() {
    Pacer pacer = new Pacer(limit(10, 100, 2));
    assertThat(pacer.tryTake(1_000_000)).isZero();
    assertThat(pacer.tryTake(1_000_000)).isZero();
    assertThat(pacer.tryTake(1_000_000)).isEqualTo(1_000_010);
  }

  @Test
  void aTurnThatWasNotUsedCanBeGivenBack() {
    Pacer pacer = new Pacer(limit(10, 100, 1));
    assertThat(pacer.tryTake(5)).isZero();
    pacer.giveBack();
    assertThat(pacer.tryTake(5)).isZero();
    assertThat(pacer.tryTake(5)).isEqualTo(15);
  }

  @Test
  void inNoWindowOfThePeriodAreThereMoreThanPermitsAndBurst() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int permits = 1 + random.nextInt(20);
      int burst = 1 + random.nextInt(permits);
      Pacer pacer = new Pacer(limit(permits, 1000, burst));
      long[] taken = new long[400];
      int count = 0;
      for (long now = 0; count < taken.length; now += random.nextInt(60)) {
        if (pacer.tryTake(now) == 0) {
          taken[count++] = now;
        }
      }
      // The interval is rounded down by less than one.
      int interval = 1000 / permits;
      int most = burst + (1000 + interval - 1) / interval;
      for (int i = 0; i + most < count; i++) {
        assertThat(taken[i + most] - taken[i]).as("seed %d", seed).isGreaterThanOrEqualTo(1000);
      }
    }
  }

  private static RateLimit limit(int permits, long nanos, int burst) {
    return RateLimit.of(permits, Duration.ofNanos(nanos)).withBurst(burst);
  }
}
