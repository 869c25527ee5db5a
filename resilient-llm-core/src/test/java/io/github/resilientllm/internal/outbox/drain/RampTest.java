package io.github.resilientllm.internal.outbox.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decisions alone, on a clock of numbers. */
class RampTest {
  private static final long SECOND = 1_000_000_000L;

  private final Ramp ramp = new Ramp(64);

  @Test
  void oneAloneTriesAndTheOthersWaitForIt() {
    assertThat(ramp.mayStart(0)).isEqualTo(1);
    ramp.started(1, 0);
    assertThat(ramp.mayStart(SECOND)).isZero();
    ramp.answered(0, false, 2 * SECOND);
    assertThat(ramp.isAlone()).isFalse();
    assertThat(ramp.mayStart(2 * SECOND)).isZero();
    assertThat(ramp.mayStart(3 * SECOND)).isEqualTo(1);
  }

  @Test
  void whoeverTriesInVainWaitsTwiceAsLongEachTimeUpToAMinute() {
    long now = 0;
    long[] waits = new long[9];
    for (int i = 0; i < waits.length; i++) {
      assertThat(ramp.mayStart(now)).isEqualTo(1);
      ramp.started(1, now);
      ramp.failed(now, Blame.VENDOR, now);
      assertThat(ramp.mayStart(now)).isZero();
      waits[i] = (ramp.nextTurn(now) - now) / SECOND;
      now = ramp.nextTurn(now);
    }
    assertThat(waits).containsExactly(1, 2, 4, 8, 16, 32, 60, 60, 60);
  }

  @Test
  void nothingStartsWhileNoTargetCanBeAsked() {
    ramp.look(false, 30 * SECOND, 0);
    assertThat(ramp.mayStart(29 * SECOND)).isZero();
    assertThat(ramp.nextTurn(0)).isEqualTo(30 * SECOND);
    ramp.look(true, 0, 30 * SECOND);
    assertThat(ramp.mayStart(30 * SECOND)).isEqualTo(1);
  }

  @Test
  void anItemsOwnFaultSlowsNobody() {
    Vendor vendor = new Vendor(5, 3);
    vendor.run(60);
    double before = ramp.rate();
    ramp.started(1, vendor.now);
    ramp.failed(vendor.now, Blame.DOUBT, vendor.now);
    ramp.started(1, vendor.now);
    ramp.failed(vendor.now, Blame.NOBODY, vendor.now);
    assertThat(ramp.rate()).isEqualTo(before);
    assertThat(ramp.isAlone()).isFalse();
  }

  @Test
  void severalThatWereRefusedAtOnceHalveItOnce() {
    new Vendor(1000, 1).run(40);
    double before = ramp.rate();
    long now = 100 * SECOND;
    ramp.started(4, now);
    for (int i = 0; i < 3; i++) {
      ramp.failed(now, Blame.OVERLOAD, now + 1 + i);
    }
    assertThat(ramp.rate()).isEqualTo(before / 2);
  }

  @Test
  void thatOthersAreToldToWaitHoldsAndHalvesOnce() {
    Vendor vendor = new Vendor(1000, 1);
    vendor.run(40);
    double before = ramp.rate();
    ramp.look(true, 5 * SECOND, vendor.now);
    ramp.look(true, 4 * SECOND, vendor.now + SECOND);
    assertThat(ramp.mayStart(vendor.now + 4 * SECOND)).isZero();
    assertThat(ramp.rate()).isEqualTo(before / 2);
  }

  /** A bucket of a second's worth refuses what is beyond; half an hour after the first answer. */
  @ParameterizedTest
  @CsvSource({"0.2, 1", "1, 2", "5, 3", "10, 4", "10, 5", "50, 6", "200, 7"})
  void whatTheVendorHasIsFoundAndUsedAndNotOverrun(double perSecond, long seed) {
    Vendor vendor = new Vendor(perSecond, seed);
    vendor.run(600);
    int refusedBefore = vendor.refused;
    int answeredBefore = vendor.answered;
    double seconds = Math.max(1800, 2000 / perSecond);
    vendor.run(600 + seconds);
    double goodput = (vendor.answered - answeredBefore) / (perSecond * seconds);
    double refused =
        (vendor.refused - refusedBefore)
            / (double) (vendor.answered - answeredBefore + vendor.refused - refusedBefore);
    System.out.printf("%.1f/s: goodput %.3f, refused %.2f%%%n", perSecond, goodput, 100 * refused);
    assertThat(goodput).isGreaterThan(0.9);
    assertThat(refused).isLessThanOrEqualTo(0.01);
  }

  /** Answers in 0.2 to 2 s, as many as its bucket lets in; the others are refused at once. */
  private final class Vendor {
    private final double perSecond;
    private final Random random;
    private final PriorityQueue<long[]> ends =
        new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
    private double tokens = 1;
    private long filledAt;
    private long now;
    private int answered;
    private int refused;

    Vendor(double perSecond, long seed) {
      this.perSecond = perSecond;
      this.random = new Random(seed);
    }

    void run(double untilSeconds) {
      long until = (long) (untilSeconds * SECOND);
      while (now < until) {
        int may = ramp.mayStart(now);
        if (may > 0) {
          ramp.started(may, now);
          for (int i = 0; i < may; i++) {
            arrives();
          }
          continue;
        }
        long next = ramp.inFlight() >= 64 || ramp.isAlone() ? Long.MAX_VALUE : ramp.nextTurn(now);
        if (!ends.isEmpty() && ends.element()[0] <= next) {
          long[] end = ends.remove();
          now = Math.max(now, end[0]);
          answered++;
          ramp.answered(end[1], false, now);
        } else {
          now = next == Long.MAX_VALUE ? ramp.nextTurn(now) + 1 : Math.max(now + 1, next);
        }
      }
    }

    private void arrives() {
      tokens = Math.min(Math.max(1, perSecond), tokens + (now - filledAt) * perSecond / SECOND);
      filledAt = now;
      if (tokens >= 1) {
        tokens--;
        ends.add(new long[] {now + (long) ((0.2 + 0.1 * random.nextDouble()) * SECOND), now});
      } else {
        refused++;
        ramp.failed(now, Blame.OVERLOAD, now);
      }
    }
  }
}
