package io.github.resilientllm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What providers tell are values: what is set is seen and compared, and nothing is null. */
class ProviderValuesTest {

  @Test
  void eachCapabilityIsComparedAndShown() {
    assertThat(capabilities()).isEqualTo(capabilities()).doesNotHaveDuplicates();
    assertThat(capabilities()).extracting(Object::toString).doesNotHaveDuplicates();
    assertThat(capabilities().stream().map(Object::hashCode))
        .isEqualTo(capabilities().stream().map(Object::hashCode).toList());
  }

  @Test
  void nobodyThinksInSilenceUnlessItIsSaid() {
    assertThat(Capabilities.standard().thinksInSilence()).isFalse();
    assertThat(Capabilities.standard().withThinksInSilence(true).thinksInSilence()).isTrue();
  }

  @Test
  void aSizeBelowZeroIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Capabilities.standard().withContextWindow(-1))
        .withMessageContaining("not -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Capabilities.standard().withMaxOutputTokens(-2))
        .withMessageContaining("not -2");
  }

  @Test
  void eachPieceOfACompletionIsCompared() {
    assertThat(completions()).isEqualTo(completions()).doesNotHaveDuplicates();
    assertThat(completions().stream().map(Object::hashCode))
        .isEqualTo(completions().stream().map(Object::hashCode).toList());
  }

  @Test
  void whatAVendorDoesNotSayIsEmpty() {
    Completion bare = Completion.builder(FinishReason.STOP).build();
    assertThat(bare.refusal()).isEmpty();
    assertThat(bare.requestId()).isEmpty();
    assertThat(bare.pacing()).isEmpty();
    assertThat(bare.usage()).isEqualTo(Usage.unknown());
    assertThat(List.of(bare.id(), bare.model(), bare.vendorFinishReason())).containsOnly("");
  }

  @Test
  void aCompletionsBuilderKeepsAllOfIt() {
    Completion all = all().build();
    assertThat(all.toBuilder().build()).isEqualTo(all);
    assertThat(all.refusal()).contains("no");
    assertThat(all.toString()).doesNotContain("no,", "refusal");
  }

  @Test
  void eachPartOfAPacingIsComparedAndShown() {
    Pacing nothing = Pacing.nothing();
    Duration second = Duration.ofSeconds(1);
    List<Pacing> all =
        List.of(
            nothing,
            nothing.withRequests(9, -1, Duration.ZERO),
            nothing.withRequests(0, 9, Duration.ZERO),
            nothing.withRequests(0, -1, second),
            nothing.withTokens(9, -1, Duration.ZERO),
            nothing.withTokens(0, 9, Duration.ZERO),
            nothing.withTokens(0, -1, second));
    assertThat(all).doesNotHaveDuplicates();
    assertThat(all).extracting(Object::toString).doesNotHaveDuplicates();
    assertThat(nothing.withTokens(1, 2, second)).isEqualTo(nothing.withTokens(1, 2, second));
  }

  private static List<Capabilities> capabilities() {
    Capabilities standard = Capabilities.standard();
    return List.of(
        standard,
        standard.withTools(false),
        standard.withImages(false),
        standard.withJsonSchema(false),
        standard.withStreaming(false),
        standard.withThinksInSilence(true),
        standard.withContextWindow(9),
        standard.withMaxOutputTokens(9));
  }

  private static Completion.Builder all() {
    return Completion.builder(FinishReason.STOP)
        .vendorFinishReason("stop")
        .usage(Usage.of(1, 2))
        .from("id", "model")
        .refusal("no")
        .answered(200, "r1")
        .pacing(Pacing.nothing());
  }

  private static List<Completion> completions() {
    return List.of(
        all().build(),
        Completion.of(FinishReason.LENGTH, Usage.of(1, 2)),
        all().vendorFinishReason("end").build(),
        all().usage(Usage.unknown()).build(),
        all().from("other", "model").build(),
        all().from("id", "other").build(),
        all().refusal(null).build(),
        all().answered(201, "r1").build(),
        all().answered(200, null).build(),
        all().pacing(null).build());
  }
}
