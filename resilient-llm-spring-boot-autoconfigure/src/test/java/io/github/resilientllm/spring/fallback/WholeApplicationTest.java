package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.Llm;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The annotation in an application that is configured by properties. */
class WholeApplicationTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    LlmProvider down() {
      return ScriptedProvider.of("down", Time.system(), Script.fail(ErrorKind.OVERLOADED));
    }

    @Bean
    LlmProvider up() {
      return ScriptedProvider.of("up", Time.system(), Script.answer("Because."));
    }

    @Bean
    Bot bot(LlmClient llm, @Llm("shaky") LlmClient shaky) {
      return new Bot(llm, shaky);
    }
  }

  static class Bot {
    private final LlmClient llm;
    private final LlmClient shaky;

    Bot(LlmClient llm, LlmClient shaky) {
      this.llm = llm;
      this.shaky = shaky;
    }

    @LlmFallback(policy = "shaky", method = "offline")
    public String byShakyPolicy(String question) {
      return llm.chat(question).text();
    }

    @LlmFallback(policy = "solid", method = "offline")
    public String bySolidPolicy(String question) {
      return llm.chat(question).text();
    }

    @LlmFallback(policy = "solid", method = "offline")
    public String byNamedClient(String question) {
      return shaky.chat(question).text();
    }

    String offline(String question, LlmException failure) {
      return "offline: " + failure.kind();
    }
  }

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withUserConfiguration(Application.class)
          .withPropertyValues(
              "resilient-llm.targets.down.provider=down",
              "resilient-llm.targets.up.provider=up",
              "resilient-llm.policies.solid.targets=up",
              "resilient-llm.policies.shaky.targets=down",
              "resilient-llm.policies.shaky.retry.max-attempts=1",
              "resilient-llm.default-policy=solid");

  @Test
  void followsTheConfiguredPolicies() {
    application.run(
        context -> {
          Bot bot = context.getBean(Bot.class);
          assertThat(bot.byShakyPolicy("Why?")).isEqualTo("offline: OVERLOADED");
          assertThat(bot.bySolidPolicy("Why?")).isEqualTo("Because.");
          assertThat(bot.byNamedClient("Why?")).isEqualTo("offline: OVERLOADED");
        });
  }

  @Test
  void isOffWithAllTheRest() {
    application
        .withPropertyValues("resilient-llm.annotation.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(LlmFallbackPostProcessor.class));
  }
}
