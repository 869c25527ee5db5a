package io.github.resilientllm.spring.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which tags of a caller's request are shown, and how many values of them. */
class CallerTagsTest {
  private final CallerTags tags = new CallerTags(List.of("tenant", "feature"));

  @Test
  void onlyThoseThatAreNamed() {
    Map<String, String> all = Map.of("tenant", "acme", "user", "4711");
    assertThat(tags.values(all)).containsExactly("acme", "none");
    assertThat(tags.of(all)).isEqualTo(Map.of("tenant", "acme"));
  }

  @Test
  void onlySoManyValuesOfEach() {
    for (int i = 0; i < CallerTags.MOST_VALUES; i++) {
      assertThat(tags.values(Map.of("tenant", "t" + i))[0]).isEqualTo("t" + i);
    }
    assertThat(tags.values(Map.of("tenant", "one more"))[0]).isEqualTo("_OTHER");
    assertThat(tags.values(Map.of("tenant", "t0"))[0]).isEqualTo("t0");
    assertThat(tags.values(Map.of("feature", "one more"))[1]).isEqualTo("one more");
    assertThat(tags.of(Map.of("tenant", "one more"))).containsValue("one more");
  }

  @Test
  void anEmptyValueIsNone() {
    assertThat(tags.values(Map.of("tenant", " "))[0]).isEqualTo("none");
  }

  @Test
  void aNameThatTheMeterHasItselfIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ObservabilityProperties(
                    ObservabilityProperties.GenAiMetrics.AUTO, List.of("outcome"), 256))
        .withMessageContaining("observability.tags has outcome");
  }
}
