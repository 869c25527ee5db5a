package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.spring.ConversationId;
import io.github.resilientllm.spring.LlmOptions;
import io.github.resilientllm.spring.LlmResult;
import io.github.resilientllm.spring.LlmService;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a service asks for beside its question, and what it tells beside the answer. */
class OptionsTest {

  @LlmService
  @LlmOptions(temperature = 0, maxOutputTokens = 500)
  interface Triage {
    @LlmOptions(maxOutputTokens = 50, reasoningEffort = ReasoningEffort.LOW, stop = "END")
    String label(String question);

    String inTicket(@ConversationId String ticket, String question);
  }

  @LlmService
  interface Wrong {
    @LlmOptions(temperature = 3)
    String label(String question);
  }

  record Label(String topic) {}

  @LlmService
  interface Explained {
    LlmResult<Label> label(String question);

    CompletableFuture<LlmResult<String>> later(String question);
  }

  @Test
  void aMethodsGoBeforeItsInterfacesEachByItself() {
    try (Trial trial = Trial.of(Triage.class, "x")) {
      String unused = trial.bean(Triage.class).label("Why?");
      assertThat(trial.asked().temperature()).hasValue(0);
      assertThat(trial.asked().maxOutputTokens()).hasValue(50);
      assertThat(trial.asked().reasoningEffort()).contains(ReasoningEffort.LOW);
      assertThat(trial.asked().stop()).containsExactly("END");
    }
  }

  @Test
  void theyHoldInAConversation() {
    try (Trial trial = Trial.of(Triage.class, "x")) {
      String unused = trial.bean(Triage.class).inTicket("t-1", "Why?");
      assertThat(trial.asked().temperature()).hasValue(0);
      assertThat(trial.asked().maxOutputTokens()).hasValue(500);
    }
  }

  @Test
  void whatNoModelTakesStopsTheStart() {
    assertThat(Trial.failure(Wrong.class)).contains("Its @LlmOptions are wrong: ", "temperature");
  }

  @Test
  void aResultHasTheAnswerBesideTheValue() {
    try (Trial trial = Trial.of(Explained.class, "{\"topic\":\"refund\"}")) {
      LlmResult<Label> result = trial.bean(Explained.class).label("Why?");
      assertThat(result.value()).isEqualTo(new Label("refund"));
      assertThat(result.response().answeredBy()).isEqualTo("standard");
      assertThat(result.response().attempts()).hasSize(1);
      assertThat(result.toString()).isEqualTo("LlmResult[by standard]");
      assertThat(trial.schema()).contains("\"topic\"");
      assertThat(trial.bean(Explained.class).later("Why?").join().value()).contains("refund");
    }
  }
}
