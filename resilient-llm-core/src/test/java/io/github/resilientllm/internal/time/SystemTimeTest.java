package io.github.resilientllm.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
    time.watch(watch);
    assertThat(watch.expired.await(10, TimeUnit.SECONDS)).isTrue();
    time.unwatch(watch);
    assertThat(time.nanos()).isGreaterThanOrEqualTo(watch.at);
    assertThat(watch.isExpired()).isTrue();
    assertThat(watch.expiry()).isEqualTo(Time.NEVER);
    assertThat(watch.by).isNotSameAs(Thread.currentThread());
    assertThat(watch.disarm(Time.NEVER)).isFalse();
    assertThat(watch.tryExpire(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void aWatchWhoseThreadIsInterruptedExpiresBeforeItsInstant() throws Exception {
    Latched watch = new Latched(Time.NEVER);
    CountDownLatch armed = new CountDownLatch(1);
    Thread blocked =
        new Thread(
            () -> {
              watch.arm(Time.NEVER - 1);
              armed.countDown();
              while (watch.expired.getCount() > 0) { // as a socket, it does not notice by itself
                Thread.onSpinWait();
              }
            });
    time.watch(watch);
    blocked.start();
    armed.await();
    blocked.interrupt();
    assertThat(watch.expired.await(10, TimeUnit.SECONDS)).isTrue();
    blocked.join();
    time.unwatch(watch);
  }

  @Test
  void aDisarmedWatchIsNotEndedByAnInterrupt() {
    Latched watch = new Latched(100);
    watch.arm(50);
    assertThat(watch.disarm(100)).isTrue();
    Thread.currentThread().interrupt();
    assertThat(watch.tryExpire(99)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(watch.tryExpire(100)).isTrue();
  }

  @Test
  void oneWatchThatFailsDoesNotTakeTheOthersTheirTime() throws Exception {
    List<Latched> watches = new ArrayList<>();
    for (int i = 0; i < 64; i++) { // some to every list
      long at = time.nanos() + MS;
      Latched watch =
          i % 2 == 0
              ? new Latched(at)
              : new Latched(at) {
                private static final long serialVersionUID = 1L;

                @Override
                public void expired() {
                  super.expired();
                  throw new IllegalStateException("a provider's close failed");
                }
              };
      watches.add(watch);
      time.watch(watch);
    }
    for (Latched watch : watches) {
      assertThat(watch.expired.await(10, TimeUnit.SECONDS)).isTrue();
      time.unwatch(watch);
    }
  }

  @Test
  void aWatchTakenDownInTimeNeverExpires() throws Exception {
    Latched gone = new Latched(time.nanos() + 500 * MS);
    Latched marker = new Latched(time.nanos() + 600 * MS);
    time.watch(gone);
    time.watch(marker);
    time.unwatch(gone);
    assertThat(marker.expired.await(10, TimeUnit.SECONDS)).isTrue();
    time.unwatch(marker);
    assertThat(gone.isExpired()).isFalse();
  }

  /** A watch that tells when and by whom it was expired. */
  private static class Latched extends Watch {
    private static final long serialVersionUID = 1L;

    final transient CountDownLatch expired = new CountDownLatch(1);
    final long at;
    transient volatile Thread by = Thread.currentThread();

    Latched(long at) {
      super(at);
      this.at = at;
    }

    @Override
    public void expired() {
      by = Thread.currentThread();
      expired.countDown();
    }
  }
}
