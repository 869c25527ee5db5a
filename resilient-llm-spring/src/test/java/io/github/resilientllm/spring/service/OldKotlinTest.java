package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.fallback.LlmFallbackConfiguration;
import kotlin.Metadata;
import org.junit.jupiter.api.Test;

/**
 * An interface as Kotlin before 2.2 compiles it: its methods with a body are abstract, and the
 * bodies are in a class beside it.
 */
class OldKotlinTest {

  @Metadata
  @LlmService
  interface Desk {
    @LlmFallback(method = "offline")
    String answer(String question);

    String twice(String question);

    String offline(String question, LlmException failure);

    @SuppressWarnings("unused") // as the compiler makes it
    final class DefaultImpls {
      private DefaultImpls() {}

      public static String twice(Desk desk, String question) {
        return desk.answer(question + " " + question);
      }

      public static String offline(Desk desk, String question, LlmException failure) {
        return "offline: " + question;
      }
    }
  }

  @Test
  void bodiesBesideTheInterfaceRun() {
    try (Trial trial = Trial.of(Desk.class, "Yes.", LlmFallbackConfiguration.class)) {
      assertThat(trial.bean(Desk.class).twice("Why?")).isEqualTo("Yes.");
      assertThat(trial.told()).containsExactly("USER: Why? Why?");
    }
    try (Trial trial = Trial.down(Desk.class, LlmFallbackConfiguration.class)) {
      assertThat(trial.bean(Desk.class).answer("Why?")).isEqualTo("offline: Why?");
    }
  }
}
