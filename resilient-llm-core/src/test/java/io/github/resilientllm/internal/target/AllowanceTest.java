package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a vendor said is left, spread over the time until it counts anew. */
final class AllowanceTest {
  private static final long S = 1_000_000_000;

  private final Allowance allowance = new Allowance();
  private long admitted;

  @Test
  void withoutAWordNothingIsHeldBack() {
    assertThat(startsAt(0, false, 1000)).isEqualTo(1000);
  }

  @Test
  void ofAFullAllowanceAThirdMayGoAtOnceAndTheRestIsSpread() {
    allowance.told(100, 100, 60 * S, 0, 0, 0);
    assertThat(startsAt(0, false, 1000)).isBetween(25, 35);
    int rest = 0;
    for (long now = 0; now < 60 * S; now += S / 10) {
      rest += startsAt(now, false, 1000);
    }
    assertThat(admitted).isBetween(90L, 100L);
    assertThat(rest).isPositive();
  }

  @Test
  void theLessIsLeftTheMoreEvenlyItIsSpread() {
    allowance.told(100, 4, 60 * S, 0, 0, 0);
    assertThat(startsAt(0, false, 1000)).isEqualTo(1);
    assertThat(allowance.turn(admitted, false, 0)).isBetween(10 * S, 15 * S);
  }

  @Test
  void whenNothingIsLeftOneAttemptTestsWhetherItComesBackBitByBit() {
    allowance.told(100, 0, 50 * S, 0, 0, 0);
    assertThat(allowance.turn(0, false, 0)).isEqualTo(S / 2);
    assertThat(startsAt(S / 2, false, 1000)).isEqualTo(1);
    allowance.answered(1);
    allowance.told(100, 0, 50 * S, 1, S, S);
    assertThat(allowance.turn(1, false, S)).isLessThan(50 * S);
  }

  @Test
  void whereTheTestIsRefusedNobodyStartsBeforeTheWindowEndsNorInTheNextOnes() {
    allowance.told(100, 0, 50 * S, 0, 0, 0);
    startsAt(S / 2, false, 1);
    allowance.told(100, 0, 49 * S, 1, S, S);
    allowance.refused(1, 0, S);
    assertThat(allowance.turn(1, false, S)).isEqualTo(50 * S);
    allowance.told(100, 0, 30 * S, 2, 70 * S, 70 * S);
    assertThat(allowance.turn(2, false, 70 * S)).isEqualTo(100 * S);
  }

  @Test
  void thoseWhoWaitedForTheWindowsEndDoNotAllStartAtIt() {
    allowance.told(100, 0, 50 * S, 0, 0, 0);
    assertThat(startsAt(50 * S, false, 1000)).isBetween(25, 35);
    assertThat(allowance.turn(admitted, false, 50 * S)).isBetween(50 * S, 52 * S);
  }

  @Test
  void aVendorThatTakesItBackAfterADayIsTestedBitByBitAndThenOnceAMinute() {
    allowance.told(100, 0, 86_400 * S, 0, 0, 0);
    assertThat(allowance.turn(0, false, 0)).isEqualTo(60 * S);
    assertThat(startsAt(60 * S, false, 1000)).isEqualTo(1);
    assertThat(allowance.turn(admitted, false, 60 * S)).isEqualTo(120 * S);
  }

  @Test
  void whatWasAdmittedAfterTheAttemptThatWasToldIsNotLeft() {
    allowance.told(10, 10, 60 * S, 0, 0, 0);
    admitted = 5;
    allowance.told(10, 2, 60 * S, 3, 0, 0);
    assertThat(allowance.turn(admitted, false, 0)).isEqualTo(6 * S);
  }

  @Test
  void anOlderWordDoesNotReplaceANewerOne() {
    allowance.told(10, 0, 60 * S, 5, 0, 0);
    allowance.told(10, 9, 60 * S, 4, S, S);
    assertThat(allowance.turn(5, false, S)).isEqualTo(6 * S);
  }

  @Test
  void aWordSaidEarlierDoesNotReplaceALaterOneWhoeverWasTold() {
    allowance.told(10, 0, 50 * S, 5, 10 * S, 10 * S);
    allowance.told(10, 9, 60 * S, 6, 5 * S, 11 * S);
    assertThat(allowance.turn(6, false, 11 * S)).isEqualTo(15 * S);
  }

  @Test
  void afterARefusalThatNamesNoDelayOneAttemptTestsWhetherOneIsBack() {
    allowance.told(10, 0, 60 * S, 0, 0, 0);
    allowance.refused(0, 0, 0);
    assertThat(allowance.turn(0, false, 0)).isEqualTo(6 * S);
    assertThat(startsAt(6 * S, false, 1000)).isEqualTo(1);
    assertThat(allowance.turn(admitted, false, 6 * S)).isEqualTo(60 * S);
  }

  @Test
  void anAllowanceThatIsFullAgainHoldsNothingBack() {
    allowance.told(10, 0, 60 * S, 1, 0, 0);
    allowance.told(10, 9, 0, 2, S, S);
    assertThat(allowance.turn(2, true, S)).isZero();
  }

  @Test
  void theLastTenthIsKeptForInteractiveCalls() {
    allowance.told(100, 10, 60 * S, 0, 0, 0);
    assertThat(allowance.turn(0, true, 0)).isPositive();
    assertThat(allowance.turn(0, false, 0)).isZero();
  }

  @Test
  void backgroundCallsStartWhereInteractiveOnesLeaveRoom() {
    allowance.told(100, 50, 60 * S, 0, 0, 0);
    assertThat(startsAt(0, true, 1000)).isEqualTo(1); // no burst
    assertThat(allowance.turn(admitted, true, 0)).isPositive();
    assertThat(allowance.turn(admitted, false, 0)).isZero();
  }

  @Test
  void aTurnThatIsGivenBackIsTheNextOnes() {
    allowance.told(100, 4, 60 * S, 0, 0, 0);
    allowance.take(0, 0);
    assertThat(allowance.turn(1, false, 0)).isPositive();
    allowance.giveBack();
    assertThat(allowance.turn(0, false, 0)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "10, -1, 60000000000", // nothing said
    "10, 11, 60000000000", // more left than there is
    "10, 0, -5",
    "10, 0, 86400000000001", // more than a day
    "10, 0, 9223372036854775807"
  })
  void whatIsAbsurdIsIgnored(double limit, double remaining, long reset) {
    allowance.told(limit, remaining, reset, 0, 0, 0);
    assertThat(startsAt(0, true, 100)).isEqualTo(100);
  }

  /** How many of so many attempts start at this instant. */
  private int startsAt(long now, boolean background, int wanted) {
    int started = 0;
    while (started < wanted && allowance.turn(admitted, background, now) == 0) {
      allowance.take(admitted++, now);
      started++;
    }
    return started;
  }
}
