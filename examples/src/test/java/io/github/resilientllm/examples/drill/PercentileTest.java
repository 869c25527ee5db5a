package io.github.resilientllm.examples.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentileTest {
  private final List<Double> hundred =
      IntStream.rangeClosed(1, 100).mapToObj(i -> (double) (101 - i)).toList();

  @Test
  void isAValueThatWasMeasured() {
    assertThat(Percentile.of(50, hundred)).isEqualTo(50);
    assertThat(Percentile.of(99, hundred)).isEqualTo(99);
    assertThat(Percentile.of(100, hundred)).isEqualTo(100);
    assertThat(Percentile.of(99, List.of(3.0, 1.0, 2.0))).isEqualTo(3);
    assertThat(Percentile.of(50, List.of(7.0))).isEqualTo(7);
  }

  @Test
  void ofNothingIsNaN() {
    assertThat(Percentile.of(50, List.of())).isNaN();
  }

  @Test
  void refusesWhatIsNoPercentage() {
    assertThatThrownBy(() -> Percentile.of(0, hundred)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> Percentile.of(Double.NaN, hundred)).hasMessageContaining("not NaN");
  }
}
