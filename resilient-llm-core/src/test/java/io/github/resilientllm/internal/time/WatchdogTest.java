package io.github.resilientllm.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The thread that looks at clocks, when threads and memory run out around it. */
class WatchdogTest {
  private final Time time = Time.system();
  private final AtomicInteger handedOver = new AtomicInteger();

  @Test
  void anActionForWhichThereIsNoThreadIsHandedOverAgain() throws Exception {
    assertThatAllExpire(
        new Watchdog(
            time,
            action -> {
              if (handedOver.incrementAndGet() % 3 != 0) {
                throw new RejectedExecutionException("no thread can be made");
              }
              action.run();
            }));
  }

  @Test
  void anErrorDoesNotEndIt() throws Exception {
    assertThatAllExpire(
        new Watchdog(
            time,
            action -> {
              if (handedOver.incrementAndGet() % 3 != 0) {
                throw new OutOfMemoryError("Java heap space");
              }
              action.run();
            }));
  }

  private void assertThatAllExpire(Watchdog watchdog) throws InterruptedException {
    List<Integer> order = new CopyOnWriteArrayList<>();
    CountDownLatch expired = new CountDownLatch(5);
    for (int i = 0; i < 5; i++) {
      int number = i;
      watchdog.add(
          new Watch(
              number * Wheel.TICK_NANOS,
              () -> {
                order.add(number);
                expired.countDown();
              }));
    }
    assertThat(expired.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }
}
