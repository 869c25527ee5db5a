package io.github.resilientllm.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When watches expire, and which of them are looked at, without threads. */
class WheelTest {
  private static final long TICK = Wheel.TICK_NANOS;
  private static final long SECOND = 1_000_000_000L;

  private final Stripe stripe = new Stripe();
  private final Expired expired = new Expired();

  @Test
  void aWatchExpiresAtTheFirstTickAtWhichItsInstantHasCome() {
    Watch watch = watchedUntil(5 * TICK);
    assertThat(expiredAt(5 * TICK - 1)).isEmpty();
    assertThat(expiredAt(6 * TICK)).containsExactly(watch);
    assertThat(expiredAt(7 * TICK)).isEmpty();
  }

  @Test
  void aClockThatMovesLaterIsFiledAnewOnlyWhenItsOldSlotComes() {
    Watch watch = watchedUntil(20 * SECOND);
    long filed = watch.filed;
    for (int chunk = 1; chunk <= 1_000; chunk++) {
      watch.arm(20 * SECOND + chunk);
      watch.disarm(60 * SECOND);
      assertThat(watch.filed).isEqualTo(filed);
    }
    assertThat(expiredAt(filed * TICK)).isEmpty();
    assertThat(watch.filed).isEqualTo(Wheel.tickOf(60 * SECOND));
    assertThat(expiredAt(60 * SECOND + TICK)).containsExactly(watch);
  }

  @Test
  void aClockThatMovesSoonerExpiresSooner() {
    Watch watch = watchedUntil(60 * SECOND);
    watch.arm(SECOND);
    assertThat(expiredAt(SECOND + TICK)).containsExactly(watch);
  }

  @Test
  void whatIsFarAheadIsPassedOverUntilItsRound() {
    Watch far = watchedUntil(3600 * SECOND);
    long filed = far.filed;
    for (long now = 0; now < 3600 * SECOND; now += SECOND) {
      assertThat(expiredAt(now)).isEmpty();
      assertThat(far.filed).isEqualTo(filed);
    }
    assertThat(expiredAt(3600 * SECOND + TICK)).containsExactly(far);
  }

  @Test
  void whatWasMissedWhileNobodyTurnedTheWheelExpiresAtOnce() {
    Watch near = watchedUntil(SECOND);
    Watch far = watchedUntil(3600 * SECOND);
    assertThat(expiredAt(86_400 * SECOND)).containsExactlyInAnyOrder(near, far);
    Watch past = watchedUntil(SECOND);
    assertThat(expiredAt(86_400 * SECOND + TICK)).containsExactly(past);
  }

  @Test
  void aWatchTakenOutDoesNotExpireHoweverOftenItIsTakenOut() {
    Watch first = watchedUntil(SECOND);
    Watch second = watchedUntil(SECOND);
    Watch third = watchedUntil(SECOND);
    stripe.remove(second);
    stripe.remove(second);
    second.arm(1);
    assertThat(expiredAt(2 * SECOND)).containsExactlyInAnyOrder(first, third);
    assertThat(stripe.isEmpty()).isFalse();
    stripe.remove(first);
    stripe.remove(third);
    assertThat(stripe.isEmpty()).isTrue();
  }

  @Test
  void everyWatchExpiresWithinATickHoweverItsClockMoves() {
    Random random = new Random(42);
    List<Watch> watches = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      watches.add(watchedUntil(instant(random, 0)));
    }
    for (long now = 0; now < 60 * SECOND; now += 1 + random.nextInt((int) TICK)) {
      for (Watch watch : expiredAt(now)) {
        stripe.remove(watch);
        watches.remove(watch);
      }
      for (Watch watch : watches) {
        assertThat(watch.expiry()).isGreaterThan(now - 2 * TICK); // none is overdue
      }
      Watch moved = watches.get(random.nextInt(watches.size()));
      moved.disarm(instant(random, now));
      Watch gone = watches.remove(random.nextInt(watches.size()));
      stripe.remove(gone);
      watches.add(watchedUntil(instant(random, now)));
      while (watches.size() < 300) {
        watches.add(watchedUntil(instant(random, now)));
      }
    }
  }

  @Test
  void aThreadThatIsInterruptedWhileItIsBlockedExpiresItsWatchOnly() {
    Watch blocked = watchedUntil(SECOND);
    Watch other = watchedUntil(SECOND);
    blocked.arm(SECOND);
    other.arm(SECOND);
    assertThat(other.disarm(SECOND)).isTrue();
    Thread.currentThread().interrupt();
    assertThat(expiredAt(1)).containsExactly(blocked);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(expiredAt(2 * SECOND)).containsExactly(other);
  }

  @Test
  void whoReadsOnIsLookedAtFromThenOn() throws Exception {
    Watch watch = watchedUntil(SECOND);
    Thread next = new Thread(() -> watch.arm(SECOND));
    next.start();
    next.join();
    assertThat(watch.reader).isSameAs(next);
  }

  private static long instant(Random random, long now) {
    return now + (long) (Math.pow(random.nextDouble(), 4) * 30 * SECOND);
  }

  private Watch watchedUntil(long instant) {
    Watch watch = new Watch(instant, () -> {});
    stripe.add(watch);
    return watch;
  }

  private List<Watch> expiredAt(long now) {
    boolean unused = stripe.expire(now, true, expired);
    List<Watch> all = new ArrayList<>();
    for (Watch watch = expired.first(); watch != null; watch = expired.first()) {
      all.add(watch);
      expired.removeFirst();
    }
    return all;
  }
}
