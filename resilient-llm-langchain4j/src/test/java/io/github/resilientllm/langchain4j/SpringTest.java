package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.spring.AiServiceFactory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.langchain4j.Assistant.Streamed;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.test.Vendor;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.annotation.Order;

/** A Spring application of LangChain4j's to which only dependencies and properties are added. */
@ExtendWith(OutputCaptureExtension.class)
class SpringTest {
  private final Vendor first = Vendor.start("first").says("From the first.");
  private final Vendor second = Vendor.start("second").says("From the second.");

  @TempDir Path directory;

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  /** As its users write it. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class App {
    @Bean
    OpenAiChatModel openAiChatModel(
        @Value("${first}") String url, @Value("${retries:0}") int retries) {
      return OpenAiChatModel.builder()
          .baseUrl(url)
          .apiKey("none")
          .modelName("m1")
          .maxRetries(retries)
          .build();
    }

    @Bean
    OpenAiStreamingChatModel openAiStreamingChatModel(@Value("${first}") String url) {
      return Ladder.streaming(url);
    }

    @Bean
    Assistant assistant(ChatModel model, StreamingChatModel streaming) {
      return Assistant.with(model, streaming);
    }
  }

  /** With a second pair of models. */
  @Configuration(proxyBeanMethods = false)
  static class SecondModels {
    @Bean
    @Order(1)
    ChatModel mistralChatModel(@Value("${second}") String url) {
      return OpenAiChatModel.builder()
          .baseUrl(url)
          .apiKey("none")
          .modelName("m2")
          .maxRetries(0)
          .build();
    }

    @Bean
    StreamingChatModel mistralStreamingChatModel(@Value("${second}") String url) {
      return Ladder.streaming(url);
    }
  }

  private ApplicationContextRunner app() {
    return new ApplicationContextRunner()
        .withUserConfiguration(App.class)
        .withPropertyValues("first=" + first.baseUrl(), "second=" + second.baseUrl());
  }

  @Test
  @DisplayName("when nothing is said all models are asked, in pairs, in their order")
  void allModels() {
    app()
        .withUserConfiguration(SecondModels.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(LlmClients.class).resilient("default").targets())
                  .extracting(target -> target.name())
                  .containsExactly("mistralChatModel", "openAiChatModel");
              Assistant assistant = context.getBean(Assistant.class);
              assertThat(assistant.ask("q")).isEqualTo("From the second.");
              second.close();
              assertThat(assistant.ask("q")).isEqualTo("From the first.");
              assertThat(Streamed.of(assistant, "q").ends)
                  .containsExactly("COMPLETE From the first.");
            });
  }

  @Test
  @DisplayName("a target names a bean, beside vendors of ours")
  void named(CapturedOutput output) {
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
              Assistant assistant = context.getBean(Assistant.class);
              assertThat(assistant.ask("q")).isEqualTo("From the first.");
              first.close();
              assertThat(assistant.ask("q")).isEqualTo("From the second.");
            });
    assertThat(output).doesNotContain("retries");
  }

  @Test
  @DisplayName("a model that retries by itself is named, with the property that ends it")
  void warned(CapturedOutput output) {
    app().withPropertyValues("retries=2").run(context -> assertThat(context).hasNotFailed());
    assertThat(output)
        .contains("\"openAiChatModel\" retries 2 times by itself")
        .contains("langchain4j.open-ai.chat-model.max-retries=0");
  }

  /** Methods that ask by an AI service. */
  static class Desk {
    private final Assistant assistant;

    Desk(Assistant assistant) {
      this.assistant = assistant;
    }

    @LlmFallback(policy = "careful", method = "sorry")
    public String ask(String question) {
      return assistant.ask(question);
    }

    @LlmFallback(policy = "careful")
    public Streamed stream(String question) throws InterruptedException {
      return Streamed.of(assistant, question);
    }

    String sorry(String question, LlmException failure) {
      return "Sorry: " + failure.kind();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class DeskConfiguration {
    @Bean
    Desk desk(Assistant assistant) {
      return new Desk(assistant);
    }
  }

  @Test
  @DisplayName("an AI service inside an annotated method follows its policy")
  void annotated() {
    app()
        .withUserConfiguration(DeskConfiguration.class, SecondModels.class)
        .withPropertyValues(
            "resilient-llm.targets.one.bean=openAiChatModel",
            "resilient-llm.targets.two.bean=mistralChatModel",
            "resilient-llm.policies.default.targets=one",
            "resilient-llm.policies.careful.targets=two",
            "resilient-llm.policies.careful.retry.max-attempts=1")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              Desk desk = context.getBean(Desk.class);
              assertThat(context.getBean(Assistant.class).ask("q")).isEqualTo("From the first.");
              assertThat(desk.ask("q")).isEqualTo("From the second.");
              assertThat(desk.stream("q").ends).containsExactly("COMPLETE From the second.");
              second.close();
              assertThat(desk.ask("q")).startsWith("Sorry: ");
            });
  }

  @Test
  @DisplayName("a request's own options reach a model of LangChain4j's, whatever the policy")
  void lenient() {
    app()
        .run(
            context -> {
              context
                  .getBean(ChatModel.class)
                  .chat(
                      dev.langchain4j.model.chat.request.ChatRequest.builder()
                          .messages(dev.langchain4j.data.message.UserMessage.from("q"))
                          .presencePenalty(0.5)
                          .build());
              assertThat(first.requests().get(0).question().body())
                  .contains("\"presence_penalty\" : 0.5");
            });
  }

  @Test
  @DisplayName("the journal is the store of memories")
  void memory() {
    app()
        .withPropertyValues("resilient-llm.journal.directory=" + directory)
        .run(
            context ->
                assertThat(context.getBean(ChatMemoryStore.class))
                    .isInstanceOf(JournalChatMemoryStore.class));
  }

  /** Says itself which model is injected. */
  @Configuration(proxyBeanMethods = false)
  static class PrimaryModel {
    @Bean
    @Primary
    ChatModel mine(@Value("${second}") String url) {
      return new SecondModels().mistralChatModel(url);
    }
  }

  @Test
  @DisplayName("a primary model of the application stays")
  void primary() {
    app()
        .withUserConfiguration(PrimaryModel.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(ChatModel.class)).isInstanceOf(OpenAiChatModel.class);
            });
  }

  @Test
  @DisplayName("it can be switched off")
  void off() {
    app()
        .withPropertyValues("resilient-llm.langchain4j.enabled=false")
        .run(
            context -> {
              assertThat(context).hasNotFailed().doesNotHaveBean(LlmClients.class);
              assertThat(context.getBean(ChatModel.class)).isInstanceOf(OpenAiChatModel.class);
            });
  }

  /** As LangChain4j's starter wires an {@code @AiService}: it takes the only model, by its name. */
  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    static BeanFactoryPostProcessor aiServicesRegisteringBeanFactoryPostProcessor() {
      return beans -> {
        RootBeanDefinition service = new RootBeanDefinition(AiServiceFactory.class);
        String[] models = beans.getBeanNamesForType(ChatModel.class);
        assertThat(models).as("of two it takes none").hasSize(1);
        service.getPropertyValues().add("chatModel", new RuntimeBeanReference(models[0]));
        String[] streaming = beans.getBeanNamesForType(StreamingChatModel.class);
        assertThat(streaming).hasSize(1);
        service
            .getPropertyValues()
            .add("streamingChatModel", new RuntimeBeanReference(streaming[0]));
        ((BeanDefinitionRegistry) beans).registerBeanDefinition("service", service);
      };
    }
  }

  @Test
  @DisplayName("an AI service that LangChain4j's starter wires asks by our models")
  void aiService() {
    app()
        .withUserConfiguration(Wiring.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              AiServiceFactory service = context.getBean(AiServiceFactory.class);
              assertThat(service.chatModel()).isSameAs(context.getBean(ChatModel.class));
              assertThat(service.chatModel()).isInstanceOf(WholeModel.class);
              assertThat(service.streamingChatModel()).isInstanceOf(PublishedModel.class);
            });
  }
}
