package io.github.resilientllm.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private final Latencies latencies = new Latencies();

  @Test
  void aPercentileIsTheSmallestThatSoManyDoNotExceed() {
    LongStream.rangeClosed(1, 2_000).map(i -> 2_001 - i).forEach(i -> latencies.add(i * 1_000));
    assertThat(latencies.micros(0.5)).isEqualTo(1_000);
    assertThat(latencies.micros(0.999)).isEqualTo(1_998);
    assertThat(latencies.micros(1)).isEqualTo(2_000);
    assertThat(latencies.micros(0)).isEqualTo(1);
  }

  @Test
  void theShareOfTheSlowOnesIsCounted() {
    LongStream.of(10, 20, 30, 40).forEach(latencies::add);
    assertThat(latencies.shareFrom(30)).isEqualTo(0.5);
  }

  @Test
  void nothingHasNoPercentile() {
    assertThat(latencies.micros(0.5)).isNaN();
    assertThat(latencies.shareFrom(1)).isNaN();
  }
}
