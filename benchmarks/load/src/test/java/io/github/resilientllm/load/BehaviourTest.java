package io.github.resilientllm.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.resilientllm.load.Behaviour.Fault;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A vendor is as slow and as broken as the scenario's name says. */
class BehaviourTest {
  private static final int DRAWS = 100_000;

  @Test
  void aFifthOfTheFaultyAnswersFailInThreeWays() {
    Map<Fault, Double> shares = shares("faults");
    assertThat(shares.keySet())
        .containsExactlyInAnyOrder(Fault.NONE, Fault.SERVER_ERROR, Fault.RATE_LIMIT, Fault.RESET);
    assertThat(shares.get(Fault.NONE)).isCloseTo(0.8, within(0.01));
    assertThat(shares.get(Fault.RESET)).isCloseTo(0.2 / 3, within(0.005));
  }

  @Test
  void oneInTwentyStreamsBreaksInEachOfFiveWays() {
    Map<Fault, Double> shares = shares("breaks");
    assertThat(shares).hasSize(6);
    shares.remove(Fault.NONE);
    assertThat(shares.values())
        .allSatisfy(share -> assertThat(share).isCloseTo(0.05, within(0.005)));
  }

  @Test
  void latenciesAreDrawnFromTheirDistribution() {
    SplittableRandom random = new SplittableRandom(1);
    Latencies tail = new Latencies();
    Latencies logNormal = new Latencies();
    for (int i = 0; i < DRAWS; i++) {
      tail.add((long) (Behaviour.draw("tail", random).latencyMillis() * 1_000));
      logNormal.add((long) (Behaviour.draw("lognormal", random).latencyMillis() * 1_000));
    }
    assertThat(tail.micros(0.94)).isEqualTo(50);
    assertThat(tail.micros(0.96)).isEqualTo(2_000);
    assertThat(logNormal.micros(0.5)).isCloseTo(50, within(1.0));
    assertThat(logNormal.micros(0.8413)).isCloseTo(50 * Math.E, within(4.0));
  }

  @Test
  void whatHasNoNameIsRefused() {
    assertThatThrownBy(() -> Behaviour.draw("fast", new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no distribution is named fast");
  }

  private static Map<Fault, Double> shares(String name) {
    SplittableRandom random = new SplittableRandom(1);
    Map<Fault, Double> shares = new EnumMap<>(Fault.class);
    for (int i = 0; i < DRAWS; i++) {
      shares.merge(Behaviour.draw(name, random).fault(), 1.0 / DRAWS, Double::sum);
    }
    return shares;
  }
}
