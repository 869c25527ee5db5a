package io.github.resilientllm.internal.outbox.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decisions alone, on a clock of numbers. */
class RampTest {
  private static final long SECOND = 1_000_000_000L;

  private static final long ME = 1;
  private static final long ANOTHER = 2;
  private static final int MOST = 64;

  private Ramp ramp = new Ramp();
  private int inFlight;

  private int mayStart(long now) {
    return ramp.mayStart(now, inFlight, MOST);
  }

  private void started(int count, long now) {
    ramp.started(count, now, ME);
    inFlight += count;
  }

  private void answered(long since, boolean wasRefused, long now) {
    ramp.answered(since, wasRefused, now, ME);
    inFlight--;
  }

  private void failed(long since, Blame blame, long now) {
    ramp.failed(since, blame, now, ME);
    inFlight--;
  }

  private void look(boolean isOpen, long wait, boolean isNews, long now) {
    ramp.look(isOpen, wait, isNews, now, ME);
  }

  @Test
  void oneAloneTriesAndTheOthersWaitForIt() {
    assertThat(mayStart(0)).isEqualTo(1);
    started(1, 0);
    assertThat(mayStart(SECOND)).isZero();
    answered(0, false, 2 * SECOND);
    assertThat(ramp.isAlone()).isFalse();
    assertThat(mayStart(2 * SECOND)).isZero();
    assertThat(mayStart(3 * SECOND)).isEqualTo(1);
  }

  @Test
  void whoeverTriesInVainWaitsTwiceAsLongEachTimeUpToAMinute() {
    long now = 0;
    long[] waits = new long[9];
    for (int i = 0; i < waits.length; i++) {
      assertThat(mayStart(now)).isEqualTo(1);
      started(1, now);
      failed(now, Blame.VENDOR, now);
      assertThat(mayStart(now)).isZero();
      waits[i] = (ramp.nextTurn(now) - now) / SECOND;
      now = ramp.nextTurn(now);
    }
    assertThat(waits).containsExactly(1, 2, 4, 8, 16, 32, 60, 60, 60);
  }

  @Test
  void nothingStartsWhileNoTargetCanBeAsked() {
    look(false, 30 * SECOND, false, 0);
    assertThat(mayStart(29 * SECOND)).isZero();
    assertThat(ramp.nextTurn(0)).isEqualTo(30 * SECOND);
    look(true, 0, false, 30 * SECOND);
    assertThat(mayStart(30 * SECOND)).isEqualTo(1);
  }

  @Test
  void anItemsOwnFaultSlowsNobody() {
    Vendor vendor = new Vendor(5, 3);
    vendor.run(60);
    double before = ramp.rate();
    started(1, vendor.now);
    failed(vendor.now, Blame.DOUBT, vendor.now);
    started(1, vendor.now);
    failed(vendor.now, Blame.NOBODY, vendor.now);
    assertThat(ramp.rate()).isEqualTo(before);
    assertThat(ramp.isAlone()).isFalse();
  }

  @Test
  void severalThatWereRefusedAtOnceHalveItOnce() {
    new Vendor(1000, 1).run(40);
    double before = ramp.rate();
    long now = 100 * SECOND;
    started(4, now);
    for (int i = 0; i < 3; i++) {
      failed(now, Blame.OVERLOAD, now + 1 + i);
    }
    assertThat(ramp.rate()).isEqualTo(before / 2);
  }

  @Test
  void thatOthersAreToldToWaitHoldsAndHalvesOnce() {
    Vendor vendor = new Vendor(1000, 1);
    vendor.run(40);
    double before = ramp.rate();
    look(true, 5 * SECOND, true, vendor.now);
    look(true, 4 * SECOND, false, vendor.now + SECOND);
    assertThat(mayStart(vendor.now + 4 * SECOND)).isZero();
    assertThat(ramp.rate()).isEqualTo(before / 2);
  }

  @Test
  void aLineSaysAllOfIt() {
    Vendor vendor = new Vendor(5, 3);
    vendor.run(60);
    Ramp again = Ramp.of(ramp.text(), vendor.now);
    assertThat(again).usingRecursiveComparison().isEqualTo(ramp);
    assertThat(Ramp.of("", 0).isAlone()).isTrue();
    assertThat(Ramp.of("ramp9 of a newer version", 0).isAlone()).isTrue();
    assertThat(Ramp.of(ramp.text().replace("ramp1", "ramp2"), 0).rate()).isEqualTo(1);
  }

  @Test
  void aClockThatIsSetBackHoldsNobodyForMoreThanAMinute() {
    Vendor vendor = new Vendor(5, 3);
    vendor.run(60);
    long day = 86_400 * SECOND;
    ramp = Ramp.of(ramp.text(), vendor.now - day);
    inFlight = 0;
    assertThat(mayStart(vendor.now - day + 60 * SECOND)).isPositive();
    ramp.started(1, vendor.now, ME);
    ramp.failed(vendor.now, Blame.OVERLOAD, vendor.now, ME);
    ramp = Ramp.of(ramp.text(), vendor.now - day);
    assertThat(mayStart(vendor.now - day + 60 * SECOND)).isPositive();
  }

  @Test
  void whileOneTriesNobodyElseDoesUnlessItWasNotHeardOfForAMinute() {
    ramp.started(1, 0, ANOTHER);
    assertThat(mayStart(59 * SECOND)).isZero();
    ramp.look(true, 0, false, 30 * SECOND, ANOTHER); // it is still being answered
    assertThat(mayStart(61 * SECOND)).isZero();
    assertThat(mayStart(90 * SECOND)).isEqualTo(1);
    ramp.failed(0, Blame.VENDOR, 61 * SECOND, ANOTHER);
    assertThat(mayStart(63 * SECOND)).isEqualTo(1);
  }

  @Test
  void whoCannotReachTheVendorWhileOthersCanStopsNobodyElse() {
    ramp.answered(0, false, 0, ANOTHER);
    look(false, 30 * SECOND, false, 5 * SECOND);
    assertThat(ramp.isAlone()).isFalse();
    look(false, 30 * SECOND, false, 20 * SECOND);
    assertThat(ramp.isAlone()).as("nobody was answered since").isTrue();
  }

  @Test
  void severalThatAreToldAtOnceHalveItOnce() {
    Vendor vendor = new Vendor(1000, 1);
    vendor.run(40);
    double before = ramp.rate();
    look(true, 5 * SECOND, true, vendor.now);
    ramp.look(true, 5 * SECOND, true, vendor.now + SECOND / 2, ANOTHER);
    assertThat(ramp.rate()).isEqualTo(before / 2);
  }

  @Test
  void whatWasStartedAndNotUsedIsGivenBack() {
    answered(0, false, 0);
    started(1, SECOND);
    assertThat(mayStart(SECOND + SECOND / 2)).isZero();
    ramp.dropped(1, ME);
    inFlight--;
    assertThat(mayStart(SECOND + SECOND / 2)).isEqualTo(1);
  }

  /** A bucket with so many seconds' worth refuses what is beyond; from ten minutes on. */
  @ParameterizedTest
  @CsvSource({
    "0.2, 1, 1",
    "1, 1, 2",
    "5, 1, 3",
    "10, 1, 4",
    "10, 1, 5",
    "50, 1, 6",
    "200, 1, 7",
    "1, 60, 8",
    "10, 15, 9",
    "50, 60, 10",
    "200, 60, 11"
  })
  void whatTheVendorHasIsFoundAndUsedAndNotOverrun(double perSecond, double saves, long seed) {
    Vendor vendor = new Vendor(perSecond, saves, seed);
    vendor.run(600);
    int refusedBefore = vendor.refused;
    int answeredBefore = vendor.answered;
    double seconds = Math.max(1800, 2000 / perSecond);
    vendor.run(600 + seconds);
    double goodput = (vendor.answered - answeredBefore) / (perSecond * seconds);
    double refused =
        (vendor.refused - refusedBefore)
            / (double) (vendor.answered - answeredBefore + vendor.refused - refusedBefore);
    System.out.printf(
        "%.1f/s, saves %.0f s: goodput %.3f, refused %.2f%%%n",
        perSecond, saves, goodput, 100 * refused);
    assertThat(goodput).isGreaterThan(0.9);
    assertThat(refused).isLessThanOrEqualTo(0.01);
  }

  /** Live calls wait as well when the vendor refuses: the price of a try that finds nothing new. */
  @Test
  void aLimitThatIsMetAtTheSameRateIsTriedEverMoreSeldom() {
    Vendor vendor = new Vendor(50, 6);
    List<Integer> refused = new ArrayList<>();
    for (int tenMinutes = 1; tenMinutes <= 6; tenMinutes++) {
      int before = vendor.refused;
      vendor.run(600 * tenMinutes);
      refused.add(vendor.refused - before);
    }
    assertThat(refused.subList(2, 6)).as("each ten minutes").allMatch(count -> count <= 5);
  }

  @Test
  void aVendorThatHasMoreRoomThanItHadIsUsed() {
    Vendor vendor = new Vendor(20, 3);
    vendor.run(3600);
    vendor.perSecond = 200;
    vendor.run(3600 + 1500);
    assertThat(ramp.rate()).isGreaterThan(180);
  }

  @Test
  void whatLiveCallsTookForHalfAnHourIsUsedAgainWhenTheyAreGone() {
    Vendor vendor = new Vendor(20, 3);
    vendor.run(3600);
    assertThat(ramp.rate()).isGreaterThan(15);
    vendor.perSecond = 0.02; // is what they leave
    for (int seconds = 3600; seconds < 5400; seconds += 5) {
      vendor.run(seconds);
      look(true, SECOND, true, vendor.now); // one of them was told to wait
    }
    assertThat(ramp.rate()).isLessThan(0.1);
    vendor.perSecond = 20;
    vendor.run(5400 + 7200);
    assertThat(ramp.rate()).isGreaterThan(15);
  }

  /** Answers in 0.2 to 2 s, as many as its bucket lets in; the others are refused at once. */
  private final class Vendor {
    private final double saves;
    private double perSecond;
    private final Random random;
    private final PriorityQueue<long[]> ends =
        new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
    private double tokens = 1;
    private long filledAt;
    private long now;
    private int answered;
    private int refused;

    Vendor(double perSecond, long seed) {
      this(perSecond, 1, seed);
    }

    Vendor(double perSecond, double saves, long seed) {
      this.perSecond = perSecond;
      this.saves = saves;
      this.random = new Random(seed);
    }

    void run(double untilSeconds) {
      long until = (long) (untilSeconds * SECOND);
      while (now < until) {
        int may = mayStart(now);
        if (may > 0) {
          started(may, now);
          for (int i = 0; i < may; i++) {
            arrives();
          }
          continue;
        }
        long next = inFlight >= MOST || ramp.isAlone() ? Long.MAX_VALUE : ramp.nextTurn(now);
        if (!ends.isEmpty() && ends.element()[0] <= next) {
          long[] end = ends.remove();
          now = Math.max(now, end[0]);
          answered++;
          answered(end[1], false, now);
        } else {
          now = next == Long.MAX_VALUE ? ramp.nextTurn(now) + 1 : Math.max(now + 1, next);
        }
      }
    }

    private void arrives() {
      tokens =
          Math.min(Math.max(1, saves * perSecond), tokens + (now - filledAt) * perSecond / SECOND);
      filledAt = now;
      if (tokens >= 1) {
        tokens--;
        ends.add(new long[] {now + (long) ((0.2 + 0.1 * random.nextDouble()) * SECOND), now});
      } else {
        refused++;
        failed(now, Blame.OVERLOAD, now);
      }
    }
  }
}
