package io.github.resilientllm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A client that is a lambda, as tests of applications use it. */
class LlmClientTest {

  @Test
  void aLambdaAnswersInAllThreeWays() {
    LlmClient fake = request -> ChatResponse.of("It is on its way.");
    assertThat(fake.chat("Where is it?").text()).isEqualTo("It is on its way.");
    assertThat(fake.chat(List.of(Message.user("Where is it?"))).text()).contains("way");
    assertThat(fake.chatAsync(ChatRequest.of("q")).join().text()).contains("way");
    List<ChatEvent> events = new ArrayList<>();
    try (ChatStream stream = fake.stream("q")) {
      stream.forEach(events::add);
      assertThat(stream.response().text()).contains("way");
    }
    assertThat(events)
        .hasSize(2)
        .startsWith(new ChatEvent.TextDelta("It is on its way."))
        .last()
        .isInstanceOf(ChatEvent.Finished.class);
  }

  @Test
  void aFakeStreamAsksOnceAndOnlyWhenItIsRead() {
    AtomicInteger asked = new AtomicInteger();
    LlmClient fake =
        request -> {
          asked.incrementAndGet();
          return ChatResponse.builder().toolCalls(List.of(new ToolCall("1", "look", "{}"))).build();
        };
    ChatStream stream = fake.stream("q");
    assertThat(asked).hasValue(0);
    assertThat(stream.response().toolCalls()).hasSize(1);
    assertThat(stream.iterator().next()).isInstanceOf(ChatEvent.ToolCallDelta.class);
    assertThat(asked).hasValue(1);
  }

  @Test
  void aFakeThatFailsEndsItsStreamOnce() {
    LlmClient fake =
        request -> {
          throw new LlmException(ErrorKind.OVERLOADED, "scripted");
        };
    Iterator<ChatEvent> events = fake.stream("q").iterator();
    assertThatThrownBy(events::hasNext).isInstanceOf(LlmException.class);
    assertThat(events.hasNext()).isFalse();
  }

  @Test
  void aStreamClosedBeforeItWasReadIsCancelled() {
    LlmClient fake = request -> ChatResponse.of("x");
    ChatStream stream = fake.stream("q");
    stream.close();
    assertThatThrownBy(stream.iterator()::hasNext)
        .isInstanceOfSatisfying(
            LlmException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.CANCELLED));
    assertThat(stream.iterator().hasNext()).isFalse();
    assertThatThrownBy(stream::response).isInstanceOf(LlmException.class);
  }

  @Test
  void anAnswerBecomesAMessageOfTheNextRequest() {
    ChatResponse response =
        ChatResponse.builder()
            .reasoning(List.of(new Part.Reasoning("hm")))
            .text("Let me look.")
            .toolCalls(List.of(new ToolCall("1", "look", "{}")))
            .build();
    assertThat(response.message().role()).isEqualTo(Role.ASSISTANT);
    assertThat(response.message().parts()).hasSize(3);
    assertThat(response.message().text()).isEqualTo("Let me look.");
    assertThat(response.reasoning()).isEqualTo("hm");
    assertThat(ChatResponse.of("").message().parts()).hasSize(1);
  }

  @Test
  void onlyWhatHelpsIsTriedAgain() {
    assertThat(ErrorKind.OVERLOADED.retriesSameTarget()).isTrue();
    assertThat(ErrorKind.QUOTA_EXHAUSTED.retriesSameTarget()).isFalse();
    assertThat(ErrorKind.QUOTA_EXHAUSTED.triesNextTarget()).isTrue();
    assertThat(ErrorKind.QUOTA_EXHAUSTED.locksOutTarget()).isTrue();
    assertThat(ErrorKind.INVALID_REQUEST.triesNextTarget()).isFalse();
    assertThat(ErrorKind.RATE_LIMITED.countsAgainstTarget()).isFalse();
    assertThat(ErrorKind.STALLED.countsAgainstTarget()).isTrue();
  }
}
