package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmHandler;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.spring.outbox.HandledOutbox;
import io.github.resilientllm.testing.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A last resort that says that there will be an answer, and keeps the question. */
class KeptQuestionTest {
  @TempDir private Path directory;

  /** Where files are. */
  record Place(Path directory, int maxItems) {}

  @Configuration(proxyBeanMethods = false)
  static class Outboxes {
    @Bean
    FileOutbox store(Place place) {
      return FileOutbox.builder(place.directory())
          .sync(FileJournal.Sync.none())
          .maxItems(place.maxItems())
          .build();
    }

    @Bean
    LlmOutbox outbox(ConfigurableListableBeanFactory beans, LlmClients clients, FileOutbox store) {
      Outbox.Builder builder = Outbox.with(clients.resilient("default")).store(store);
      return new HandledOutbox(beans, builder, true, Duration.ofSeconds(1));
    }
  }

  static class Mails {
    final List<String> sent = new CopyOnWriteArrayList<>();
    volatile Map<String, String> attributes = Map.of();

    @LlmHandler("reply")
    void reply(Delivery done) {
      attributes = done.attributes();
      sent.add(done.conversation().orElse("") + done.text());
    }
  }

  enum Mood {
    ANGRY
  }

  static class Desk {
    private final LlmClient llm;

    Desk(LlmClient llm) {
      this.llm = llm;
    }

    @LlmFallback(outbox = "reply", method = "later")
    public String answer(String to, int priority, Mood mood, Object other, String question) {
      return llm.chat(question).text();
    }

    @LlmFallback(outbox = "reply", method = "later", conversation = "#ticket")
    public String say(String ticket, String question) {
      return llm.chat(question).text();
    }

    @LlmFallback(outbox = "reply", method = "later")
    public CompletableFuture<String> answerAsync(String question) {
      return llm.chatAsync(ChatRequest.of(question)).thenApply(answer -> answer.text());
    }

    @LlmFallback(outbox = "reply")
    public void take(String question) {
      String unused = llm.chat(question).text();
    }

    @LlmFallback(outbox = "reply", method = "later")
    public String elsewhere() {
      throw new LlmException(ErrorKind.OVERLOADED, "of no call");
    }

    String later(LlmException failure) {
      return "We will answer by mail.";
    }
  }

  private ApplicationContextRunner application(Outage outage, int maxItems, Class<?>... beans) {
    return outage
        .application(Outboxes.class, Mails.class)
        .withBean(Place.class, () -> new Place(directory, maxItems))
        .withUserConfiguration(beans);
  }

  @Test
  void theQuestionIsAnsweredWhenTheVendorIsBack() {
    application(
            Outage.of(Script.fail(ErrorKind.OVERLOADED), Script.answer("hello")), 10, Desk.class)
        .run(
            app -> {
              assertThat(
                      app.getBean(Desk.class)
                          .answer("ann@example.com", 3, Mood.ANGRY, new Object(), "How long?"))
                  .isEqualTo("We will answer by mail.");
              Mails mails = app.getBean(Mails.class);
              Until.isTrue(() -> mails.sent.contains("hello"));
              assertThat(mails.attributes)
                  .containsOnly(
                      Map.entry("to", "ann@example.com"),
                      Map.entry("priority", "3"),
                      Map.entry("mood", "ANGRY"),
                      Map.entry("question", "How long?"));
            });
  }

  @Test
  void aTurnOfAConversationIsItsNextTurnLater() {
    application(
            Outage.of(Script.fail(ErrorKind.OVERLOADED), Script.answer("hello")), 10, Desk.class)
        .run(
            app -> {
              assertThat(app.getBean(Desk.class).say("4711", "How long?")).startsWith("We will");
              Until.isTrue(() -> app.getBean(Mails.class).sent.contains("4711hello"));
            });
  }

  @Test
  void ofFuturesAndOfMethodsThatReturnNothing() {
    application(
            Outage.of(
                Script.fail(ErrorKind.OVERLOADED),
                Script.fail(ErrorKind.OVERLOADED),
                Script.answer("hello")),
            10,
            Desk.class)
        .run(
            app -> {
              app.getBean(LlmOutbox.class).outbox().pause();
              Desk desk = app.getBean(Desk.class);
              assertThat(desk.answerAsync("How long?").join()).isEqualTo("We will answer by mail.");
              desk.take("How long?");
              app.getBean(LlmOutbox.class).outbox().resume();
              Until.isTrue(() -> app.getBean(Mails.class).sent.size() == 2);
            });
  }

  @Test
  void whatWouldFailAgainIsNotKeptAndNotPromised() {
    application(Outage.of(Script.fail(ErrorKind.CONTENT_FILTERED)), 10, Desk.class)
        .run(
            app -> {
              assertThatThrownBy(() -> app.getBean(Desk.class).say("4711", "How long?"))
                  .isInstanceOfSatisfying(
                      LlmException.class,
                      e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONTENT_FILTERED));
              assertThat(app.getBean(LlmOutbox.class).outbox().counts().items()).isEmpty();
            });
  }

  @Test
  void nothingIsPromisedThatCouldNotBeKept() {
    application(Outage.total(), 1, Desk.class)
        .run(
            app -> {
              Desk desk = app.getBean(Desk.class);
              desk.take("How long?");
              assertThatThrownBy(() -> desk.say("4711", "How long?"))
                  .isInstanceOf(LlmException.class)
                  .satisfies(
                      e ->
                          assertThat(e.getSuppressed())
                              .anySatisfy(
                                  full -> assertThat(full).isInstanceOf(OutboxException.class)));
              assertThatThrownBy(desk::elsewhere)
                  .isInstanceOf(LlmException.class)
                  .satisfies(
                      e ->
                          assertThat(e.getSuppressed()[0])
                              .hasMessageContaining("There is no question to keep"));
            });
  }

  static class Misspelt {
    @LlmFallback(outbox = "repli", method = "later")
    public String answer() {
      return "";
    }

    String later() {
      return "";
    }
  }

  static class SaysNothing {
    @LlmFallback(outbox = "reply")
    public String answer() {
      return "";
    }
  }

  @Test
  void whatCannotBeKeptStopsTheStart() {
    assertThat(Mistakes.analysis(application(Outage.total(), 10, Misspelt.class)))
        .contains("outbox = \"repli\" names no @LlmHandler method. Did you mean \"reply\"?")
        .contains("@LlmHandler(\"repli\") public void");
    assertThat(Mistakes.analysis(application(Outage.total(), 10, SaysNothing.class)))
        .contains("nothing says what its caller gets meanwhile")
        .contains("Add method = \"...\" or handler = ...");
    assertThat(Mistakes.analysis(Desk.class))
        .contains("It keeps the question in the outbox, and the application has none.")
        .contains("resilient-llm.outbox.directory");
  }
}
