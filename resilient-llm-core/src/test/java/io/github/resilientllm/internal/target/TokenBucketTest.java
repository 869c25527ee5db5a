package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Tokens that are taken and given. */
final class TokenBucketTest {

  @Test
  void whatIsNotThereIsNotTaken() {
    TokenBucket bucket = new TokenBucket(2, 2);
    assertThat(bucket.tryTake(1.5, 0)).isTrue();
    assertThat(bucket.tryTake(1.5, 0)).isFalse();
    assertThat(bucket.tokens()).isEqualTo(0.5);
    assertThat(bucket.tryTake(0.5, 0)).isTrue();
    assertThat(bucket.tokens()).isZero();
  }

  @Test
  void theReserveIsLeftAlone() {
    TokenBucket bucket = new TokenBucket(4, 4);
    assertThat(bucket.tryTake(1, 2)).isTrue();
    assertThat(bucket.tryTake(1, 2)).isTrue();
    assertThat(bucket.tryTake(1, 2)).isFalse(); // no more than the reserve is there
    assertThat(bucket.tokens()).isEqualTo(2);
  }

  @Test
  void whatCostsNothingIsStillDeniedBelowTheReserve() {
    TokenBucket bucket = new TokenBucket(4, 2);
    assertThat(bucket.tryTake(0, 2)).isFalse();
    bucket.give(0.001);
    assertThat(bucket.tryTake(0, 2)).isTrue();
    assertThat(bucket.tokens()).isEqualTo(2.001);
  }

  @Test
  void tenGiftsOfATenthAreOneAndTheCapacityIsTheMost() {
    TokenBucket bucket = new TokenBucket(1, 0);
    for (int i = 0; i < 9; i++) {
      bucket.give(0.1);
    }
    assertThat(bucket.tryTake(1, 0)).isFalse();
    bucket.give(0.1);
    bucket.give(0.1);
    assertThat(bucket.tokens()).isEqualTo(1);
  }

  @Test
  void drainingTakesWhatIsThere() {
    TokenBucket bucket = new TokenBucket(3, 3);
    bucket.drain(2);
    bucket.drain(2);
    assertThat(bucket.tokens()).isZero();
  }

  @Test
  void twoThreadsTakeNoMoreThanThereIs() throws Exception {
    TokenBucket bucket = new TokenBucket(100_000, 100_000);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> takers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        takers.add(
            threads.submit(
                () -> {
                  int taken = 0;
                  while (bucket.tryTake(1, 0)) {
                    taken++;
                  }
                  return taken;
                }));
      }
      assertThat(takers.get(0).get() + takers.get(1).get()).isEqualTo(100_000);
    } finally {
      threads.shutdownNow();
    }
  }
}
