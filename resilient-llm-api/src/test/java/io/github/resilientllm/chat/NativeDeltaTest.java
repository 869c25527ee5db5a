package io.github.resilientllm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.resilientllm.chat.ChatEvent.NativeDelta;
import io.github.resilientllm.chat.ChatEvent.TextDelta;
import io.github.resilientllm.provider.Completion;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Native pieces and responses: what they hold, refuse and do not show. */
class NativeDeltaTest {

  @Test
  void itHoldsThePiecesAsTheyCameAndWhatTheySay() {
    Object role = new Object();
    Object word = new Object();
    NativeDelta delta = new NativeDelta(List.of(role, word), List.of(new TextDelta("secret")));
    assertThat(delta.pieces()).containsExactly(role, word);
    assertThat(delta.meaning()).containsExactly(new TextDelta("secret"));
    assertThat(delta).hasToString("NativeDelta[2 pieces, [TextDelta[6 chars]]]");
  }

  @Test
  void whatSaysNothingIsNoContent() {
    TextDelta word = new TextDelta("word");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NativeDelta(List.of("role"), List.of()))
        .withMessageContaining("with the next content");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NativeDelta(List.of(), List.of(word)));
    NativeDelta inner = new NativeDelta(List.of("piece"), List.of(word));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NativeDelta(List.of("piece"), List.of(inner)));
  }

  @Test
  void aNativeResponseGoesFromTheCompletionToTheResponseAndIsNotShown() {
    Object said = new Object();
    Completion completion = Completion.builder(FinishReason.STOP).nativeResponse(said).build();
    assertThat(completion.nativeResponse()).containsSame(said);
    assertThat(completion.toBuilder().build()).isEqualTo(completion);
    assertThat(completion)
        .isNotEqualTo(Completion.builder(FinishReason.STOP).build())
        .hasToString("Completion[STOP, " + completion.usage() + "]");
    ChatResponse response = ChatResponse.builder().text("x").nativeResponse(said).build();
    assertThat(response.toBuilder().build().nativeResponse()).containsSame(said);
    assertThat(response.toString()).doesNotContain(said.toString());
    assertThat(ChatResponse.of("x").nativeResponse()).isEmpty();
  }
}
