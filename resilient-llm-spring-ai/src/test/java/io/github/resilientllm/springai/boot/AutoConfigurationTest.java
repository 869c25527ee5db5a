package io.github.resilientllm.springai.boot;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.memory.InMemoryChatMemoryRepository;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.annotation.Order;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** An application of Spring AI to which only the dependency and properties are added. */
class AutoConfigurationTest {
  private Vendor first;
  private Vendor second;

  @TempDir Path directory;

  private final Logger log = (Logger) LoggerFactory.getLogger(OwnRetries.class);
  private final ListAppender<ILoggingEvent> warnings = new ListAppender<>();

  /** As its users write it. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class App {

    @Bean
    ChatClient chatClient(ChatClient.Builder builder) {
      return builder.build();
    }
  }

  /** With a second model of its own. */
  @Configuration(proxyBeanMethods = false)
  static class SecondModel {

    @Bean
    @Order(1)
    ChatModel secondChatModel(@Value("${second}") String url) {
      return new Wrapped(
          OpenAiChatModel.builder()
              .options(
                  OpenAiChatOptions.builder()
                      .baseUrl(url)
                      .apiKey("k")
                      .model("m2")
                      .maxRetries(0)
                      .build())
              .build());
    }
  }

  /** Not of the type from whose beans Spring AI's own backs off. */
  record Wrapped(ChatModel model) implements ChatModel {
    @Override
    public ChatResponse call(Prompt prompt) {
      return model.call(prompt);
    }

    @Override
    public Flux<ChatResponse> stream(Prompt prompt) {
      return model.stream(prompt);
    }

    @Override
    public ChatOptions getOptions() {
      return model.getOptions();
    }
  }

  /** Methods that ask by {@code ChatClient}. */
  static class Desk {
    private final ChatClient client;

    Desk(ChatClient client) {
      this.client = client;
    }

    @LlmFallback(policy = "careful", method = "sorry")
    public String ask(String question) {
      return client.prompt(question).call().content();
    }

    @LlmFallback(policy = "careful")
    public Flux<String> stream(String question) {
      return client.prompt(question).stream().content().publishOn(Schedulers.parallel());
    }

    String sorry(String question, LlmException failure) {
      return "Sorry: " + failure.kind();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class DeskConfiguration {
    @Bean
    Desk desk(ChatClient client) {
      return new Desk(client);
    }
  }

  /** One that asks in a conversation. */
  static class Tickets {
    private final ChatClient client;

    Tickets(ChatClient client) {
      this.client = client;
    }

    @LlmFallback(conversation = "#ticket")
    public String ask(String ticket, String question) {
      return client.prompt(question).call().content();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class TicketsConfiguration {
    @Bean
    Tickets tickets(ChatClient client) {
      return new Tickets(client);
    }
  }

  @BeforeEach
  void start() throws IOException {
    first = Vendor.start("first").says("From the first.");
    second = Vendor.start("second").says("From the second.");
    warnings.start();
    log.addAppender(warnings);
  }

  @AfterEach
  void stop() throws IOException {
    first.close();
    second.close();
    log.detachAppender(warnings);
  }

  private ApplicationContextRunner app() {
    return new ApplicationContextRunner()
        .withUserConfiguration(App.class)
        .withPropertyValues(
            "spring.ai.openai.base-url=" + first.baseUrl(),
            "spring.ai.openai.api-key=sk-hush",
            "spring.ai.openai.max-retries=0",
            "second=" + second.baseUrl());
  }

  @Test
  void whenNothingIsSaidAllChatModelsAreAskedInTheirOrder() {
    app()
        .withUserConfiguration(SecondModel.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(LlmClients.class).resilient("default").targets())
                  .extracting(target -> target.name())
                  .containsExactly("secondChatModel", "openAiChatModel");
              assertThat(context.getBean(ChatModel.class).toString()).startsWith("Resilient");
              ChatClient client = context.getBean(ChatClient.class);
              assertThat(client.prompt("q").call().content()).isEqualTo("From the second.");
              second.close();
              assertThat(client.prompt("q").call().content()).isEqualTo("From the first.");
              assertThat(
                      String.join("", client.prompt("q").stream().content().collectList().block()))
                  .isEqualTo("From the first.");
            });
  }

  @Test
  void aStreamThatIsCancelledEndsTheConnectionOfASilentVendor() throws Exception {
    try (Vendor silent = Vendor.start("silent")) {
      silent.is(Trouble.SILENT);
      app()
          .withPropertyValues("spring.ai.openai.base-url=" + silent.baseUrl())
          .run(
              context -> {
                Disposable reading =
                    context.getBean(ChatClient.class).prompt("q").stream().content().subscribe();
                while (silent.requests().isEmpty()) {
                  Thread.onSpinWait();
                }
                reading.dispose();
                assertThat(silent.awaitClientLeft(Duration.ofSeconds(10))).isTrue();
                assertThat(silent.requests().get(0).headers().toString())
                    .doesNotContainIgnoringCase("resilient");
              });
    }
  }

  @Test
  void aTargetNamesABeanBesideVendorsOfOurs() {
    app()
        .withPropertyValues(
            "resilient-llm.targets.theirs.bean=openAiChatModel",
            "resilient-llm.targets.ours.provider=compatible",
            "resilient-llm.targets.ours.model=m",
            "resilient-llm.providers.compatible.base-url=" + second.baseUrl(),
            "resilient-llm.policies.default.targets=theirs,ours",
            "resilient-llm.policies.default.retry.max-attempts=1")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              ChatClient client = context.getBean(ChatClient.class);
              assertThat(client.prompt("q").call().content()).isEqualTo("From the first.");
              first.close();
              assertThat(client.prompt("q").call().content()).isEqualTo("From the second.");
            });
    assertThat(warnings.list).isEmpty();
  }

  @Test
  void aBeanThatIsNotThereStopsTheStart() {
    app()
        .withPropertyValues("resilient-llm.targets.theirs.bean=openAiChatModle")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining(
                        "resilient-llm.targets.theirs.bean is \"openAiChatModle\""));
  }

  @Test
  void aModelThatRetriesByItselfIsNamedWithTheProperty() {
    app().withPropertyValues("spring.ai.openai.max-retries=2").run(context -> {});
    assertThat(warnings.list)
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning.getFormattedMessage())
                    .contains("openAiChatModel", "spring.ai.openai.max-retries=0"));
  }

  @Test
  void aCallInsideAnAnnotatedMethodFollowsItsPolicy() {
    app()
        .withUserConfiguration(DeskConfiguration.class, SecondModel.class)
        .withPropertyValues(
            "resilient-llm.targets.one.bean=openAiChatModel",
            "resilient-llm.targets.two.bean=secondChatModel",
            "resilient-llm.policies.default.targets=one",
            "resilient-llm.policies.careful.targets=two",
            "resilient-llm.policies.careful.retry.max-attempts=1")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              Desk desk = context.getBean(Desk.class);
              assertThat(context.getBean(ChatClient.class).prompt("q").call().content())
                  .isEqualTo("From the first.");
              assertThat(desk.ask("q")).isEqualTo("From the second.");
              assertThat(String.join("", desk.stream("q").collectList().block()))
                  .isEqualTo("From the second.");
              second.close();
              assertThat(desk.ask("q")).startsWith("Sorry: ");
            });
  }

  @Test
  void aCallInsideAnAnnotatedMethodsConversationIsOneOfItsTurns() {
    app()
        .withUserConfiguration(TicketsConfiguration.class)
        .withPropertyValues("resilient-llm.journal.directory=" + directory)
        .run(
            context -> {
              Tickets desk = context.getBean(Tickets.class);
              assertThat(desk.ask("4711", "Where is it?")).isEqualTo("From the first.");
              assertThat(desk.ask("4711", "And when?")).isEqualTo("From the first.");
              assertThat(context.getBean(LlmClients.class).conversation("4711").history())
                  .hasSize(4);
              assertThat(first.requests().get(1).question().body())
                  .contains("Where is it?", "And when?");
            });
  }

  @Test
  void theJournalIsTheMemoryOfChats() {
    app()
        .withPropertyValues("resilient-llm.journal.directory=" + directory)
        .run(
            context -> {
              assertThat(context).hasSingleBean(Journal.class).hasSingleBean(ChatMemory.class);
              ChatMemoryRepository repository = context.getBean(ChatMemoryRepository.class);
              assertThat(repository).isNotInstanceOf(InMemoryChatMemoryRepository.class);
              repository.saveAll("c", List.of());
              assertThat(repository.findConversationIds()).isEmpty();
            });
  }

  @Test
  void aMemoryOfTheApplicationsStays() {
    app()
        .withPropertyValues("resilient-llm.journal.directory=" + directory)
        .withBean(InMemoryChatMemoryRepository.class)
        .run(
            context ->
                assertThat(context.getBean(ChatMemoryRepository.class))
                    .isInstanceOf(InMemoryChatMemoryRepository.class));
  }

  /** Says itself which model is injected. */
  @Configuration(proxyBeanMethods = false)
  static class PrimaryModel {
    @Bean
    @Primary
    ChatModel mine(@Value("${second}") String url) {
      return new SecondModel().secondChatModel(url);
    }
  }

  @Test
  void aPrimaryModelOfTheApplicationsStays() {
    app()
        .withUserConfiguration(PrimaryModel.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(ChatModel.class)).isInstanceOf(Wrapped.class);
            });
  }

  @Test
  void itCanBeSwitchedOff() {
    app()
        .withPropertyValues("resilient-llm.spring-ai.enabled=false")
        .run(
            context -> {
              assertThat(context).hasNotFailed().doesNotHaveBean(LlmClients.class);
              assertThat(context.getBean(ChatModel.class)).isInstanceOf(OpenAiChatModel.class);
            });
  }

  @Test
  void withoutSpringAiItDoesNothing() {
    new ApplicationContextRunner()
        .withClassLoader(new FilteredClassLoader("org.springframework.ai"))
        .withConfiguration(
            AutoConfigurations.of(
                ChatModelTargetsAutoConfiguration.class, SpringAiAutoConfiguration.class))
        .run(context -> assertThat(context).hasNotFailed());
  }
}
