package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What our beans are called, beside an application's own. */
class BeanNamesTest {
  @TempDir private Path directory;

  @Test
  void anApplicationsOwnBeansMayHaveTheNamesThatComeToMind() {
    try (ConfigurableApplicationContext app =
        Apps.start(OwnNames.class, "resilient-llm.journal.directory=" + directory)) {
      assertThat(app.getBean("llmExecutor")).isInstanceOf(Executor.class);
      assertThat(app.getBean("llmClient")).isEqualTo("an application's own");
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("first");
    }
  }

  @Test
  void allOfOursBeginWithThePrefix() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            Whole.class,
            "resilient-llm.journal.directory=" + directory.resolve("journal"),
            "resilient-llm.outbox.directory=" + directory.resolve("outbox"))) {
      List<String> ours =
          Arrays.stream(app.getBeanDefinitionNames())
              .filter(name -> !name.contains("io.github.resilientllm.")) // as imported classes
              .filter(name -> ofUs(app, name))
              .filter(name -> !List.of("apps.Plain", "first", "second").contains(name))
              .toList();
      assertThat(ours)
          .contains("resilientLlmClients", "resilientLlmJournal", "resilientLlmOutbox")
          .allMatch(name -> name.startsWith("resilientLlm"));
    }
  }

  private static boolean ofUs(ConfigurableApplicationContext app, String name) {
    Class<?> type = app.getType(name, false);
    String factory =
        String.valueOf(app.getBeanFactory().getMergedBeanDefinition(name).getFactoryBeanName());
    return factory.startsWith("io.github.resilientllm.spring.")
        || (type != null
            && type.getName().startsWith("io.github.resilientllm.")
            && !type.getName().contains("Test$"));
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnNames extends TwoProviders {
    @Bean
    Executor llmExecutor() {
      return Runnable::run;
    }

    @Bean
    String llmClient() {
      return "an application's own";
    }

    @Bean
    String llmClients() {
      return "an application's own";
    }

    @Bean
    String llmJson() {
      return "an application's own";
    }

    @Bean
    String llmJournal() {
      return "an application's own";
    }

    @Bean
    String llmVendors() {
      return "an application's own";
    }

    @Bean
    String llmRunningCalls() {
      return "an application's own";
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({SecretsConfiguration.class, LlmOutboxAutoConfiguration.class})
  static class Whole extends TwoProviders {}
}
