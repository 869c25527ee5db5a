package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Places within a concurrency limit. */
final class PermitsTest {
  private final List<String> granted = new ArrayList<>();

  @Test
  void aFreedPlaceGoesToTheFirstInTheQueueAndToNobodyElse() {
    Permits permits = new Permits(1, 10);
    assertThat(permits.tryTake()).isTrue();
    Place first = place("first");
    Place second = place("second");
    assertThat(permits.enqueue(first)).isTrue();
    assertThat(permits.enqueue(second)).isTrue();
    permits.giveBack();
    assertThat(permits.tryTake()).isFalse();
    assertThat(first.isGranted()).isTrue();
    assertThat(second.isGranted()).isFalse();
    permits.giveBack();
    assertThat(granted).containsExactly("first", "second");
    permits.giveBack();
    assertThat(permits.free()).isEqualTo(1);
  }

  @Test
  void theQueueIsBounded() {
    Permits permits = new Permits(1, 1);
    permits.tryTake();
    assertThat(permits.enqueue(place("a"))).isTrue();
    assertThat(permits.enqueue(place("b"))).isFalse();
    assertThat(permits.waiting()).isEqualTo(1);
  }

  @Test
  void backgroundCallsInTheQueueShutNoInteractiveOneOut() {
    Permits permits = new Permits(1, 1);
    permits.tryTake();
    assertThat(permits.enqueue(new Place(() -> {}, true))).isTrue();
    assertThat(permits.enqueue(place("interactive"))).isTrue();
    assertThat(permits.enqueue(place("one too many"))).isFalse();
    assertThat(permits.enqueue(new Place(() -> {}, true))).isFalse();
    permits.giveBack();
    assertThat(granted).containsExactly("interactive");
  }

  @Test
  void withoutAQueueAPlaceIsStillThereForWhoComesWhenOneIsFree() {
    Permits permits = new Permits(1, 0);
    assertThat(permits.enqueue(place("a"))).isTrue();
    assertThat(granted).containsExactly("a");
    assertThat(permits.enqueue(place("b"))).isFalse();
  }

  @Test
  void whoHasLeftIsPassedOver() {
    Permits permits = new Permits(1, 10);
    permits.tryTake();
    Place gone = place("gone");
    permits.enqueue(gone);
    permits.enqueue(place("next"));
    assertThat(permits.leave(gone)).isTrue();
    assertThat(permits.leave(gone)).isFalse();
    permits.giveBack();
    assertThat(granted).containsExactly("next");
  }

  @Test
  void leavingAndGrantingRaceForThePlaceAndOneOfThemWins() throws Exception {
    int rounds = 20_000;
    Permits permits = new Permits(1, 1);
    assertThat(permits.tryTake()).isTrue();
    AtomicInteger grants = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(2);
    Place[] places = new Place[rounds];
    for (int i = 0; i < rounds; i++) {
      places[i] = new Place(grants::incrementAndGet, false);
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Integer> left =
          threads.submit(
              () -> {
                int count = 0;
                for (Place place : places) {
                  permits.enqueue(place);
                  barrier.await();
                  if (permits.leave(place)) {
                    count++;
                  }
                  barrier.await();
                  if (!permits.tryTake()) { // granted, and so it is ours
                    assertThat(permits.free()).isZero();
                  }
                  barrier.await();
                }
                return count;
              });
      Future<?> giver =
          threads.submit(
              () -> {
                Random random = new Random(1);
                for (int i = 0; i < rounds; i++) {
                  barrier.await();
                  for (int spin = random.nextInt(100); spin > 0; spin--) {
                    Thread.onSpinWait();
                  }
                  permits.giveBack();
                  barrier.await();
                  barrier.await();
                }
                return null;
              });
      giver.get();
      assertThat(left.get() + grants.get()).isEqualTo(rounds);
    } finally {
      threads.shutdownNow();
    }
    assertThat(permits.waiting()).isZero();
    permits.giveBack();
    assertThat(permits.free()).isEqualTo(1);
  }

  private Place place(String name) {
    return new Place(() -> granted.add(name), false);
  }
}
