package io.github.resilientllm.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the vendor says that clients did, they did. */
class LedgerTest {
  private final Ledger ledger = new Ledger();

  @Test
  void aCallThatComesBackTooEarlyIsCountedOnce() {
    ledger.refused(7, 1_000);
    ledger.arrived(7, 999);
    ledger.arrived(7, 999);
    assertThat(ledger.report()).contains("requests=2", "early=1");
  }

  @Test
  void aCallThatComesBackInTimeIsNotEarly() {
    ledger.refused(7, 1_000);
    ledger.arrived(7, 1_000);
    assertThat(ledger.report()).contains("early=0");
  }

  @Test
  void requestsInAnOutageAreCountedAndTheFirstOneAfterItIsTimed() {
    ledger.outage(true, 0);
    assertThat(ledger.arrived(1, 1_000_000)).isTrue();
    ledger.outage(false, 10_000_000);
    assertThat(ledger.arrived(2, 15_000_000)).isFalse();
    ledger.arrived(3, 90_000_000);
    assertThat(ledger.report())
        .isEqualTo("requests=3 cancelled=0 early=0 inOutage=1 refused=0 backMillis=5");
    ledger.reset();
    assertThat(ledger.report())
        .isEqualTo("requests=0 cancelled=0 early=0 inOutage=0 refused=0 backMillis=-1");
  }

  @Test
  void admitsNoMoreThanTheLimitInAnyOfItsPeriods() {
    Ledger ledger = new Ledger();
    assertThat(ledger.admits("limited-2-10", 0)).isTrue();
    assertThat(ledger.admits("limited-2-10", 9_000_000_000L)).isTrue();
    assertThat(ledger.admits("limited-2-10", 9_999_999_999L)).isFalse();
    assertThat(ledger.admits("limited-2-10", 10_000_000_001L)).isTrue();
    assertThat(ledger.admits("limited-2-10", 18_000_000_000L)).isFalse();
    assertThat(ledger.admits("fixed-20", 18_000_000_000L)).isTrue();
  }
}
