package io.github.resilientllm.spring.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the README says of Spring Boot, as it stands there. */
class SupportDeskTest {
  @TempDir private Path directory;

  /** A model that answers questions about parcels and no others. */
  @Configuration
  @EnableAutoConfiguration
  static class Application {
    @Bean
    LlmProvider local() {
      return new LlmProvider() {
        @Override
        public String vendor() {
          return "local";
        }

        @Override
        public String model() {
          return "model";
        }

        @Override
        public ProviderCall newCall(ChatRequest request, CallOptions options)
            throws ProviderException {
          int last = request.messages().size() - 1;
          if (!request.messages().get(last).text().contains("parcel")) {
            throw new ProviderException(ErrorKind.UNAUTHORIZED, "no such key");
          }
          return ProviderCall.of(
              Completion.of(FinishReason.STOP, Usage.unknown()),
              new ChatEvent.TextDelta("In Hamburg."));
        }
      };
    }

    @Bean
    SupportDesk desk(LlmClient llm) {
      return new SupportDesk(llm);
    }
  }

  @Test
  void aMethodHasAConversationAndALastResort() {
    new ApplicationContextRunner()
        .withUserConfiguration(Application.class)
        .withPropertyValues(
            "resilient-llm.targets.gpt.provider=local",
            "resilient-llm.journal.directory=" + directory)
        .run(
            context -> {
              SupportDesk desk = context.getBean(SupportDesk.class);
              assertThat(desk.answer("4711", "Where is my parcel?")).isEqualTo("In Hamburg.");
              assertThat(desk.answer("4711", "And why?")).startsWith("Nobody can be reached");
            });
  }
}
