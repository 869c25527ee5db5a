package io.github.resilientllm.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmClients;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** An application is tested whole, and its models say what the test wants. */
@SpringBootTest(
    classes = Shop.class,
    properties = "spring.config.location=classpath:scripted-application.yml")
@AutoConfigureLlm
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScriptedLlmTest {
  private final ScriptedLlm models;
  private final Shop.Desk desk;
  private final Shop.Sorter sorter;
  private final LlmClient llm;
  private final LlmClients clients;

  @Autowired
  ScriptedLlmTest(
      ScriptedLlm models, Shop.Desk desk, Shop.Sorter sorter, LlmClient llm, LlmClients clients) {
    this.models = models;
    this.desk = desk;
    this.sorter = sorter;
    this.llm = llm;
    this.clients = clients;
  }

  @Test
  void aModelAnswersWhatTheTestSaysAndIsAskedWhatTheApplicationAsks() {
    models.answers("It is on its way.", "Since Monday.");
    assertThat(desk.answer("Where is my parcel?")).isEqualTo("It is on its way.");
    assertThat(desk.answer("Since when?")).isEqualTo("Since Monday.");
    assertThat(desk.answer("Really?")).isEqualTo("Since Monday.");
    assertThat(models.requests())
        .extracting(request -> request.messages().get(0).text())
        .containsExactly("Where is my parcel?", "Since when?", "Really?");
  }

  @Test
  void anAnswerMayBeMadeOfTheRequest() {
    models.answers(request -> "You asked: " + request.messages().get(0).text());
    assertThat(desk.answer("Where?")).isEqualTo("You asked: Where?");
  }

  @Test
  void anotherVendorAnswersInAnOutage() {
    models.provider("openai").fails(ErrorKind.OVERLOADED);
    models.provider("anthropic").answers("It is on its way.");
    assertThat(llm.chat("Where is my parcel?").answeredBy()).isEqualTo("claude");
  }

  @Test
  void aRetryMeetsTheNextLineOfTheScript() {
    models.provider("openai").fails(ErrorKind.SERVER_ERROR).answers("It is on its way.");
    assertThat(llm.chat("Where is my parcel?").answeredBy()).isEqualTo("gpt");
    assertThat(models.requests()).hasSize(2);
  }

  @Test
  void theLastResortAnswersWhenNobodyDoes() {
    models.fails(ErrorKind.QUOTA_EXHAUSTED);
    assertThat(desk.answer("Where is my parcel?")).isEqualTo("We will write to you.");
  }

  @Test
  void aStreamBreaksOffAndAnotherBeginsAgain() {
    models.provider("openai").breaksOffAfter("It is");
    models.provider("anthropic").answers("It is on its way.");
    List<ChatEvent> seen = new ArrayList<>();
    try (ChatStream stream = llm.stream("Where is my parcel?")) {
      stream.forEach(seen::add);
      assertThat(stream.response().text()).isEqualTo("It is on its way.");
    }
    assertThat(seen).hasAtLeastOneElementOfType(ChatEvent.Restarted.class);
  }

  @Test
  void aServiceIsAnsweredInItsOwnTypes() {
    models.answers("{\"value\":\"COMPLAINT\"}");
    assertThat(sorter.sort("It came broken.")).isEqualTo(Shop.Wish.COMPLAINT);
  }

  @Test
  void withoutAScriptACallSaysSo() {
    assertThatThrownBy(() -> llm.chat(ChatRequest.of("Where is my parcel?")))
        .isInstanceOf(LlmException.class)
        .hasMessageContaining("no script for the provider openai: call ScriptedLlm.answers");
  }

  @Test
  @Order(1)
  void aTestMayOpenABreaker() {
    models.fails(ErrorKind.QUOTA_EXHAUSTED);
    assertThat(desk.answer("Where is my parcel?")).isEqualTo("We will write to you.");
    assertThat(clients.resilient("default").breakers()).containsEntry("gpt", BreakerState.OPEN);
  }

  @Test
  @Order(2)
  void andTheNextOneFindsItClosed() {
    assertThat(models.requests()).isEmpty();
    assertThat(clients.resilient("default").breakers()).containsEntry("gpt", BreakerState.CLOSED);
  }
}
