package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.ConversationId;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.fallback.LlmFallbackConfiguration;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import org.junit.jupiter.api.Test;
import org.springframework.stereotype.Component;

/** A service that is called inside of a method with {@code @LlmFallback}. */
class ScopeTest {

  @LlmService
  interface Talk {
    ChatResponse ask(String question);

    ChatResponse say(@ConversationId String id, String question);
  }

  @LlmService("default")
  interface Named {
    ChatResponse ask(String question);
  }

  @Component
  static class Around {
    private final Named talk;

    Around(Named talk) {
      this.talk = talk;
    }

    @LlmFallback("support")
    public String answeredBy() {
      return talk.ask("Where?").answeredBy();
    }
  }

  @Test
  void aServiceThatNamesItsPolicyKeepsItAlsoIfItIsTheDefaultOne() {
    try (Trial trial = Trial.of(Named.class, "x", Around.class, LlmFallbackConfiguration.class)) {
      assertThat(trial.bean(Around.class).answeredBy()).isEqualTo("standard");
    }
  }

  @Component
  static class Desk {
    private final Talk talk;

    Desk(Talk talk) {
      this.talk = talk;
    }

    @LlmFallback(policy = "support", conversation = "#id")
    public String answeredBy(String id) {
      return talk.ask("Where?").answeredBy();
    }

    @LlmFallback(policy = "support", conversation = "#id")
    public String elsewhere(String id) {
      return talk.say("elsewhere", "And when?").answeredBy();
    }

    @LlmFallback(timeout = "50ms")
    public ChatResponse hurry(boolean conversation) {
      return conversation ? talk.say("late", "Where?") : talk.ask("Where?");
    }
  }

  @Test
  void theAnnotationsPolicyHoldsAndConversationsAreThoseOfIdsOnly() {
    try (Trial trial = Trial.of(Talk.class, "x", Desk.class, LlmFallbackConfiguration.class)) {
      Desk desk = trial.bean(Desk.class);
      assertThat(desk.answeredBy("t1")).isEqualTo("support");
      assertThat(desk.elsewhere("t1")).isEqualTo("support");
      assertThat(trial.told()).containsExactly("USER: And when?");
      assertThat(desk.answeredBy("t1")).isEqualTo("support");
      assertThat(trial.told()).containsExactly("USER: Where?");
      assertThat(desk.elsewhere("t1")).isEqualTo("support");
      assertThat(trial.told())
          .containsExactly("USER: And when?", "ASSISTANT: x", "USER: And when?");
    }
  }

  @Test
  void theAnnotationsTimeOutHolds() {
    ScriptedProvider vendor = Trial.vendor(Script.hang());
    try (Trial trial = Trial.of(Talk.class, vendor, Desk.class, LlmFallbackConfiguration.class)) {
      Desk desk = trial.bean(Desk.class);
      for (boolean conversation : new boolean[] {false, true}) {
        LlmException failure =
            catchThrowableOfType(LlmException.class, () -> desk.hurry(conversation));
        assertThat(failure.kind()).isIn(ErrorKind.DEADLINE_EXCEEDED, ErrorKind.TIMEOUT);
      }
    }
  }
}
