package io.github.resilientllm.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Real time: parking, and the thread that looks after watches. */
final class SystemTimeTest {
  private static final long MS = 1_000_000;

  private final Time time = Time.system();

  @Test
  void anInstantThatHasComeIsNotWaitedFor() {
    time.park(0);
    time.park(time.nanos());
    assertThat(time.nanos()).isPositive();
  }

  @Test
  void anUnparkThatCameBeforeIsNotLost() {
    time.unpark(Thread.currentThread());
    time.park(Time.NEVER);
  }

  @Test
  void aParkEndsAtItsInstant() {
    long until = time.nanos() + 20 * MS;
    while (time.nanos() < until) {
      time.park(until);
    }
    assertThat(time.nanos()).isGreaterThanOrEqualTo(until);
  }

  @Test
  void aWatchExpiresOnceOnAnotherThreadWhenItsInstantHasCome() throws Exception {
    Latched watch = new Latched(time.nanos() + 20 * MS);
    time.watch(watch.watch);
    assertThat(watch.expired.await(10, TimeUnit.SECONDS)).isTrue();
    time.unwatch(watch.watch);
    assertThat(time.nanos()).isGreaterThanOrEqualTo(watch.at);
    assertThat(watch.watch.isExpired()).isTrue();
    assertThat(watch.watch.expiry()).isEqualTo(Time.NEVER);
    assertThat(watch.by).isNotSameAs(Thread.currentThread());
    assertThat(watch.watch.disarm(Time.NEVER)).isFalse();
    assertThat(watch.watch.tryExpire(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void aWatchWhoseThreadIsInterruptedExpiresBeforeItsInstant() throws Exception {
    Latched watch = new Latched(Time.NEVER);
    CountDownLatch armed = new CountDownLatch(1);
    Thread blocked =
        new Thread(
            () -> {
              watch.watch.arm(Time.NEVER - 1);
              armed.countDown();
              while (watch.expired.getCount() > 0) { // as a socket, it does not notice by itself
                Thread.onSpinWait();
              }
            });
    time.watch(watch.watch);
    blocked.start();
    armed.await();
    blocked.interrupt();
    assertThat(watch.expired.await(10, TimeUnit.SECONDS)).isTrue();
    blocked.join();
    time.unwatch(watch.watch);
  }

  @Test
  void aDisarmedWatchIsNotEndedByAnInterrupt() {
    Latched watch = new Latched(100);
    watch.watch.arm(50);
    assertThat(watch.watch.disarm(100)).isTrue();
    Thread.currentThread().interrupt();
    assertThat(watch.watch.tryExpire(99)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(watch.watch.tryExpire(100)).isTrue();
  }

  @Test
  void oneWatchThatFailsDoesNotTakeTheOthersTheirTime() throws Exception {
    List<Latched> watches = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      RuntimeException failure = new IllegalStateException("a provider's close failed");
      Latched watch =
          new Latched(
              time.nanos() + MS,
              i % 2 == 0
                  ? () -> {}
                  : () -> {
                    throw failure;
                  });
      watches.add(watch);
      time.watch(watch.watch);
    }
    for (Latched watch : watches) {
      assertThat(watch.expired.await(10, TimeUnit.SECONDS)).isTrue();
      time.unwatch(watch.watch);
    }
  }

  @Test
  void neitherAnActionNorATaskElsewhereThatBlocksStopsAClock() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(2);
    Runnable block =
        () -> {
          blocked.countDown();
          awaitHere(release);
        };
    Latched blocking = new Latched(time.nanos(), block);
    time.watch(blocking.watch);
    time.elsewhere(block);
    assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
    Latched other = new Latched(time.nanos() + MS);
    time.watch(other.watch);
    assertThat(other.expired.await(10, TimeUnit.SECONDS)).isTrue();
    CountDownLatch elsewhere = new CountDownLatch(1);
    time.elsewhere(elsewhere::countDown);
    assertThat(elsewhere.await(10, TimeUnit.SECONDS)).isTrue();
    release.countDown();
    time.unwatch(blocking.watch);
    time.unwatch(other.watch);
  }

  @Test
  void aClockThatIsSetSoonerExpiresSooner() throws Exception {
    Latched watch = new Latched(time.nanos() + 3_600_000 * MS);
    time.watch(watch.watch);
    watch.watch.arm(time.nanos() + 20 * MS);
    assertThat(watch.expired.await(10, TimeUnit.SECONDS)).isTrue();
    time.unwatch(watch.watch);
  }

  @Test
  void anInterruptOfTheWatchdogIsNobodysEnd() throws Exception {
    Latched first = new Latched(time.nanos());
    time.watch(first.watch);
    assertThat(first.expired.await(10, TimeUnit.SECONDS)).isTrue();
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("resilient-llm-watchdog"))
        .forEach(Thread::interrupt);
    Latched second = new Latched(time.nanos() + 50 * MS);
    time.watch(second.watch);
    assertThat(second.expired.await(10, TimeUnit.SECONDS)).isTrue();
    time.unwatch(first.watch);
    time.unwatch(second.watch);
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
  void aVirtualThreadThatIsInterruptedIsNoticedAsWell() throws Exception {
    Latched watch = new Latched(Time.NEVER);
    AtomicReference<Thread> blocked = new AtomicReference<>();
    CountDownLatch armed = new CountDownLatch(1);
    virtualThreads()
        .execute(
            () -> {
              blocked.set(Thread.currentThread());
              time.watch(watch.watch);
              watch.watch.arm(Time.NEVER - 1);
              armed.countDown();
              while (watch.expired.getCount() > 0) { // in nothing that notices an interrupt
                time.park(time.nanos() + MS);
              }
            });
    armed.await();
    blocked.get().interrupt();
    assertThat(watch.expired.await(10, TimeUnit.SECONDS)).isTrue();
    time.unwatch(watch.watch);
  }

  @Test
  void aWatchTakenDownInTimeNeverExpires() throws Exception {
    Latched gone = new Latched(time.nanos() + 500 * MS);
    Latched marker = new Latched(time.nanos() + 600 * MS);
    time.watch(gone.watch);
    time.watch(marker.watch);
    time.unwatch(gone.watch);
    assertThat(marker.expired.await(10, TimeUnit.SECONDS)).isTrue();
    time.unwatch(marker.watch);
    assertThat(gone.watch.isExpired()).isFalse();
  }

  private static Executor virtualThreads() throws ReflectiveOperationException {
    return (Executor) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  private static void awaitHere(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }

  /** A watch that tells when and by whom it was expired. */
  private static final class Latched {
    final CountDownLatch expired = new CountDownLatch(1);
    final long at;
    final Watch watch;
    volatile Thread by = Thread.currentThread();

    Latched(long at) {
      this(at, () -> {});
    }

    Latched(long at, Runnable then) {
      this.at = at;
      this.watch =
          new Watch(
              at,
              () -> {
                by = Thread.currentThread();
                expired.countDown();
                then.run();
              });
    }
  }
}
