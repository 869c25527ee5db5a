package io.github.resilientllm.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmCredentials;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.LlmProblemAdvice;
import io.github.resilientllm.spring.LlmResult;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.spring.docs.DocumentedApp.Sent;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** What docs/spring.md shows, as it stands there. */
class DocumentedAppTest {
  @TempDir private Path directory;

  @Test
  void clientsAreInjectedByPolicyAndHaveConversations() {
    run(
        app -> {
          assertThat(app.getBean(Desk.class).answer("Hello.")).isEqualTo("Hello.");
          assertThat(app.getBean(Digest.class).llm()).hasToString("LlmClient[background]");
          LlmClients clients = app.getBean(LlmClients.class);
          Conversation chat = clients.conversation("ticket-4711");
          assertThat(chat.id()).isEqualTo("ticket-4711");
        });
  }

  @Test
  void theMethodRunsOnceAndHasALastResort() {
    run(
        app -> {
          Bot bot = app.getBean(Bot.class);
          assertThat(bot.answer("4711", "Hello.")).isEqualTo("Hello.");
          assertThat(bot.answer("4712", "An outage?")).startsWith("We are busy");
          assertThat(bot.opened()).containsExactly("4711", "4712");
        });
  }

  @Test
  void workThatWaitsIsAnsweredToAMethod() {
    run(
        app -> {
          app.getBean(Replies.class).question("mail-1", "ann@example.com", "How long?");
          Sent sent = app.getBean(Sent.class);
          Until.isTrue(() -> sent.mails.contains("ann@example.com: How long?"));
        });
  }

  @Test
  void aLastResortKeepsTheQuestion() {
    run(
        app -> {
          assertThat(app.getBean(MailDesk.class).answer("bob@example.com", "An overload?"))
              .isEqualTo("We cannot answer just now, and will write to you.");
          app.getBean(DocumentedApp.class).back();
          Outbox outbox = app.getBean(LlmOutbox.class).outbox();
          Sent sent = app.getBean(Sent.class);
          Until.isTrue(
              () ->
                  outbox.hurry(Query.all()) >= 0
                      && sent.mails.contains("bob@example.com: An overload?"));
        });
  }

  @Test
  void anInterfaceAsksAModel() {
    run(
        app -> {
          Support support = app.getBean(Support.class);
          assertThat(support.where("4711", "Acme", "42")).isEqualTo("Where is parcel 42?");
          assertThat(support.extract("{\"number\":\"42\",\"city\":\"Hamburg\"}"))
              .isEqualTo(new Delivery("42", "Hamburg"));
          try (ChatStream told = support.tell("Tell me.")) {
            assertThat(told.response().text()).isEqualTo("Tell me.");
          }
          assertThat(support.mood("{\"value\":\"ANGRY\"}").orTimeout(20, TimeUnit.SECONDS).join())
              .isEqualTo(Mood.ANGRY);
          assertThat(support.words("In words.").collectList().block()).containsExactly("In words.");
          assertThat(support.where("4712", "Acme", "outage")).startsWith("We will write to you");
        });
  }

  @Test
  void aServiceHasToolsOptionsAndResults() {
    run(
        app -> {
          ParcelDesk desk = app.getBean(ParcelDesk.class);
          assertThat(desk.answer("Hello.")).isEqualTo("Hello.");
          LlmResult<Mood> mood = desk.mood("{\"value\":\"ANGRY\"}");
          assertThat(mood.value()).isEqualTo(Mood.ANGRY);
          assertThat(mood.response().answeredBy()).isEqualTo("gpt");
          assertThat(app.getBean(Parcels.class).where("42")).contains("Hamburg");
        });
  }

  @Test
  void aControllerStreamsAnswersAsTheyAreWritten() {
    run(app -> assertThat(app.getBean(Answers.class).ask("Hello.").getTimeout()).isZero());
  }

  @Test
  void aDefaultMethodIsTheLastResortOfOneMethod() {
    run(
        app -> {
          assertThat(app.getBean(Shop.class).sell("shoes")).isEqualTo("shoes");
          assertThat(app.getBean(Shop.class).sell("outage")).isEqualTo("We are closed.");
        });
  }

  @Test
  void aBeanSaysWhereTheKeysOfOneProviderComeFrom() {
    run(
        app -> {
          LlmCredentials keys = app.getBean("keys", LlmCredentials.class);
          Supplier<String> azure = keys.key("azure");
          assertThat(azure).isNotNull();
          assertThat(azure.get()).isEqualTo("token-1");
          assertThat(azure.get()).isEqualTo("token-2");
          assertThat(keys.key("openai")).isNull();
          LlmCredentials tokens = app.getBean("tokens", LlmCredentials.class);
          assertThat(tokens.token("openai")).isNull();
          assertThat(tokens.token("claude").get())
              .hasToString("Token[hidden, expires +1000000000-12-31T23:59:59.999999999Z]");
        });
  }

  @Test
  void aFailureOfAControllerIsAProblemThatNamesItsKind() {
    run(
        app -> {
          Desk desk = app.getBean(Desk.class);
          LlmException failed =
              catchThrowableOfType(LlmException.class, () -> desk.answer("An outage?"));
          ResponseEntity<ProblemDetail> problem =
              app.getBean(LlmProblemAdvice.class).problem(failed);
          assertThat(problem.getStatusCode().value()).isEqualTo(503);
          assertThat(problem.getBody()).isNotNull();
          assertThat(problem.getBody().getProperties()).containsEntry("kind", "unauthorized");
        });
  }

  private void run(Consumer<ApplicationContext> test) {
    new ApplicationContextRunner()
        .withUserConfiguration(DocumentedApp.class)
        .withPropertyValues(
            "resilient-llm.targets.gpt.provider=echo",
            "resilient-llm.policies.default.timeout=20s",
            "resilient-llm.policies.default.retry.base-delay=1ms",
            "resilient-llm.policies.support.base-policy=default",
            "resilient-llm.policies.background.base-policy=default",
            "resilient-llm.journal.directory=" + directory.resolve("journal"),
            "resilient-llm.outbox.directory=" + directory.resolve("outbox"))
        .run(app -> test.accept(app));
  }
}
