package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What requests ask for that do not say it. */
class DefaultsTest {
  private final VirtualTime time = new VirtualTime();
  private final ScriptedProvider vendor = ScriptedProvider.of("vendor", time, answer("hello"));

  private ChatRequest sent() {
    return vendor.requests().get(vendor.requests().size() - 1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void areTheClients(Face face) throws Exception {
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .defaults(request -> request.temperature(0.2).maxOutputTokens(300))
            .build();
    time.run(() -> face.call(llm, time));
    assertThat(sent().temperature()).hasValue(0.2);
    assertThat(sent().maxOutputTokens()).hasValue(300);
  }

  @Test
  void giveWayToTheRequestAndThoseOfATargetToTheClients() throws Exception {
    Target target =
        Target.of(vendor)
            .withDefaults(request -> request.temperature(0).maxOutputTokens(100).seed(7));
    ResilientLlm llm =
        ResilientLlm.with(target)
            .defaults(request -> request.temperature(0.2).maxOutputTokens(200))
            .time(time)
            .executor(time)
            .build();
    time.run(() -> llm.chat(ChatRequest.builder().user("Why?").temperature(1).build()));
    assertThat(sent().temperature()).hasValue(1);
    assertThat(sent().maxOutputTokens()).hasValue(200);
    assertThat(sent().seed()).hasValue(7);
    assertThat(sent().messages()).containsExactly(Message.user("Why?"));
  }

  @Test
  void holdInConversationsWhichMayAskForMore() throws Exception {
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .journal(new MemoryJournal())
            .defaults(request -> request.temperature(0.2).seed(7))
            .build();
    time.run(() -> llm.conversation("c").asking(request -> request.temperature(1)).say("Why?"));
    assertThat(sent().temperature()).hasValue(1);
    assertThat(sent().seed()).hasValue(7);
  }

  @Test
  void grantATargetThatIsToldToThinkTheTimeForIt() throws Exception {
    ScriptedProvider thinker =
        ScriptedProvider.of("thinker", time, answerAfter(Duration.ofSeconds(60), "42"));
    Target target =
        Target.of(thinker).withDefaults(request -> request.reasoningEffort(ReasoningEffort.HIGH));
    ResilientLlm llm = ResilientLlm.with(target).fallback(vendor).time(time).executor(time).build();
    time.run(() -> assertThat(Face.STREAM.call(llm, time).text()).isEqualTo("42"));
  }
}
