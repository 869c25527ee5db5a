package io.github.resilientllm.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** An answer put together from its pieces. */
final class AnswerTest {
  private static final ChatRequest REQUEST = ChatRequest.of("question");

  private final Answer answer = new Answer();

  @Test
  void piecesOfTextAreJoined() throws Exception {
    assertThat(answer.isEmpty()).isTrue();
    assertThat(answer.continuationOf(REQUEST)).isSameAs(REQUEST);
    say("It ");
    assertThat(answer.text()).isEqualTo("It ");
    say("is on ");
    say("its way.");
    assertThat(answer.isEmpty()).isFalse();
    assertThat(finish().text()).isEqualTo("It is on its way.");
  }

  @Test
  void fragmentsOfToolCallsFindTheirCallByIndexEvenWhenMixed() throws Exception {
    tool(1, "b", "second", "{\"x\"");
    tool(0, "a", "first", "{");
    tool(1, "", "", ":1}");
    tool(0, "", "", "}");
    assertThat(finish().toolCalls())
        .extracting(ToolCall::id, ToolCall::name, ToolCall::arguments)
        .containsExactly(tuple("b", "second", "{\"x\":1}"), tuple("a", "first", "{}"));
  }

  @Test
  void anAnswerOfToolCallsIsNotEmptyAndCannotBeContinued() throws Exception {
    say("Let me look.");
    tool(0, "a", "look", "");
    assertThat(answer.isEmpty()).isFalse();
    assertThat(answer.continuationOf(REQUEST)).isSameAs(REQUEST);
  }

  @Test
  void aSignatureEndsABlockOfReasoning() throws Exception {
    VendorData signature = new VendorData("v", "signature");
    answer.add(new ChatEvent.ReasoningDelta("one "));
    answer.add(new ChatEvent.ReasoningDelta("two", signature));
    answer.add(new ChatEvent.ReasoningDelta("three"));
    assertThat(answer.isEmpty()).isFalse();
    assertThat(finish().reasoning()).isEqualTo("one twothree");
  }

  @Test
  void aRestartForgetsEverythingAndAContinuationKeepsTheText() throws Exception {
    say("half");
    answer.add(new ChatEvent.ReasoningDelta("hm"));
    assertThat(answer.continueHere()).isEqualTo(4);
    say(" and half");
    ChatResponse continued = finish();
    assertThat(continued.text()).isEqualTo("half and half");
    assertThat(continued.reasoning()).isEmpty();
    assertThat(continued.seams()).containsExactly(4);
    answer.restart();
    assertThat(answer.isEmpty()).isTrue();
    assertThat(finish().seams()).isEmpty();
  }

  @Test
  void asManyToolCallsAsAllowedAreReadAndOneMoreIsAFault() throws Exception {
    for (int i = 0; i < 1024; i++) {
      tool(i, "id", "name", "");
    }
    tool(1023, "", "", "{}");
    assertFault(() -> tool(1024, "id", "name", ""));
  }

  @Test
  void asMuchTextAsAllowedIsReadAndOneCharacterMoreIsAFault() throws Exception {
    String megabyte = "x".repeat(1 << 20);
    for (int i = 0; i < 32; i++) {
      say(megabyte);
    }
    assertFault(() -> say("x"));
    assertFault(() -> tool(0, "id", "name", "x"));
    assertFault(() -> answer.add(new ChatEvent.ReasoningDelta("x")));
  }

  private void say(String text) throws ProviderException {
    answer.add(new ChatEvent.TextDelta(text));
  }

  private void tool(int index, String id, String name, String arguments) throws ProviderException {
    answer.add(
        new ChatEvent.ToolCallDelta(
            index, id == null ? "" : id, name == null ? "" : name, arguments));
  }

  private ChatResponse finish() {
    return answer.finish(Completion.of(FinishReason.STOP, Usage.unknown())).build();
  }

  private static void assertFault(ThrowingCallable reading) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            ProviderException.class,
            e -> assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE));
  }
}
