package io.github.resilientllm.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OptimumTest {
  @Test
  void aHedgeJustAfterTheUsualLatencyHalvesTheTailAtTheLoadOfTheTail() {
    Optimum best = Optimum.of(Behaviour::tailMillis, 0.055, 1);
    assertThat(best.delayMillis()).isBetween(50.0, 60.0);
    assertThat(best.p99Millis()).isCloseTo(best.delayMillis() + 50, within(1.0));
    assertThat(best.load()).isCloseTo(0.05, within(0.005));
  }

  @Test
  void noHedgeIsStartedWhereNoneIsAllowed() {
    Optimum best = Optimum.of(random -> 50, 0, 1);
    assertThat(best.load()).isZero();
    assertThat(best.p99Millis()).isCloseTo(50, within(0.1));
  }
}
