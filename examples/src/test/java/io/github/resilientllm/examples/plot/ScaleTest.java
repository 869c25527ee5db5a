package io.github.resilientllm.examples.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleTest {

  private static List<String> labels(Scale scale) {
    return scale.ticks().stream().map(Scale.Tick::label).toList();
  }

  @Test
  void ticksAreRoundAndFewAndCoverTheValues() {
    assertThat(labels(Scale.fromZero(134))).containsExactly("0", "50", "100", "150");
    assertThat(labels(Scale.fromZero(0))).hasSizeBetween(2, 6);
    assertThat(labels(Scale.fromZero(3.2))).containsExactly("0", "1", "2", "3", "4");
  }

  @Test
  void aLogarithmicScaleSpansTheValues() {
    assertThat(labels(Scale.logSeconds(0.25, 4.4)))
        .containsExactly("200 ms", "500 ms", "1 s", "2 s", "5 s");
    assertThat(labels(Scale.logSeconds(0, 0))).hasSizeGreaterThan(1);
  }

  @Test
  void positionsStayWithinTheFrame() {
    Scale scale = Scale.logSeconds(0.1, 10);
    assertThat(scale.position(0.1)).isZero();
    assertThat(scale.position(10)).isEqualTo(1);
    assertThat(scale.position(1)).isBetween(0.49, 0.51);
    assertThat(scale.position(1000)).isEqualTo(1);
  }

  @Test
  void durationsReadAsPeopleWriteThem() {
    assertThat(Scale.seconds(0.0404)).isEqualTo("40 ms");
    assertThat(Scale.seconds(1)).isEqualTo("1 s");
    assertThat(Scale.seconds(1.5)).isEqualTo("1.5 s");
    assertThat(Scale.seconds(100)).isEqualTo("100 s");
  }
}
