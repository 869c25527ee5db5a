package io.github.resilientllm.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.internal.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Who holds a call, and how the others wait for its end. */
class HoldTest {
  private final VirtualTime time = new VirtualTime();
  private final Hold hold = new Hold(time);

  @Test
  void oneReaderHoldsItAtATimeAndWhoEndsItHoldsItForGood() {
    assertThat(hold.takeToRead()).isTrue();
    assertThat(hold.takeToRead()).isFalse();
    assertThat(hold.takeToEnd()).isFalse();
    assertThat(hold.giveBack()).isTrue();
    assertThat(hold.takeToEnd()).isTrue();
    assertThat(hold.takeToRead()).isFalse();
    assertThat(hold.isOver()).isFalse();
    hold.over();
    assertThat(hold.isOver()).isTrue();
    assertThat(hold.giveBack()).isFalse();
    hold.awaitEnd(); // it has ended
  }

  @Test
  void nobodyWaitsForAReader() {
    assertThat(hold.takeToRead()).isTrue();
    hold.awaitEnd();
    assertThat(hold.isOver()).isFalse();
  }

  @Test
  void allWhoWaitForTheEndGoOnWhenItHasCome() throws Exception {
    List<Duration> wentOn = new ArrayList<>();
    time.run(
        () -> {
          assertThat(hold.takeToEnd()).isTrue();
          for (int i = 0; i < 3; i++) {
            time.execute(
                () -> {
                  hold.awaitEnd();
                  wentOn.add(time.elapsed());
                });
          }
          time.pass(Duration.ofSeconds(2)); // a slow listener
          hold.over();
        });
    assertThat(wentOn).hasSize(3).containsOnly(Duration.ofSeconds(2));
  }

  @Test
  void anInterruptDoesNotEndTheWaitAndIsKept() throws Exception {
    AtomicBoolean kept = new AtomicBoolean();
    time.run(
        () -> {
          assertThat(hold.takeToEnd()).isTrue();
          time.execute(
              () -> {
                Thread.currentThread().interrupt();
                hold.awaitEnd();
                kept.set(hold.isOver() && Thread.currentThread().isInterrupted());
              });
          time.pass(Duration.ofSeconds(2));
          hold.over();
        });
    assertThat(kept).isTrue();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
  void whoWaitsLeavesItsCarrierToWhoEnds() throws Exception {
    int waiters = 8 * Runtime.getRuntime().availableProcessors(); // more than there are carriers
    Hold real = new Hold(Time.system());
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(waiters);
    CountDownLatch wentOn = new CountDownLatch(waiters);
    Threads.shared()
        .calls()
        .execute(
            () -> {
              boolean mine = real.takeToEnd();
              taken.countDown();
              awaitHere(waiting);
              if (mine) {
                real.over();
              }
            });
    awaitHere(taken);
    for (int i = 0; i < waiters; i++) {
      Threads.shared()
          .calls()
          .execute(
              () -> {
                waiting.countDown();
                real.awaitEnd();
                wentOn.countDown();
              });
    }
    assertThat(wentOn.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitHere(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }
}
