package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.boot.Apps.Plain;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** What all policies know of a target that they share. */
class SharedTargetsTest {

  @Test
  void whatOnePolicyHasLearntOfATargetEveryOtherOneKnows() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            Down.class,
            "resilient-llm.default-policy=day",
            "resilient-llm.policies.day.targets=down,spare",
            "resilient-llm.policies.day.retry.max-attempts=1",
            "resilient-llm.policies.day.circuit-breaker.window=2",
            "resilient-llm.policies.day.circuit-breaker.failures=1",
            "resilient-llm.policies.night.base-policy=day",
            "resilient-llm.policies.night.timeout=30s")) {
      LlmClients clients = app.getBean(LlmClients.class);
      Throwable unused = catchThrowable(() -> clients.client("day").chat("Hello?"));
      assertThat(clients.resilient("day").targets().get(0).breaker()).isEqualTo(BreakerState.OPEN);
      assertThat(clients.resilient("night").targets().get(0).breaker())
          .isEqualTo(BreakerState.OPEN);
    }
  }

  @Test
  void whatATargetSaysItselfHoldsForAllPolicies() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            Down.class,
            "resilient-llm.default-policy=day",
            "resilient-llm.targets.down.circuit-breaker.window=2",
            "resilient-llm.targets.down.circuit-breaker.failures=1",
            "resilient-llm.targets.down.budget.capacity=7",
            "resilient-llm.targets.down.retry.max-attempts=1",
            "resilient-llm.targets.down.first-token-timeout=3s",
            "resilient-llm.policies.day.targets=down",
            "resilient-llm.policies.night.targets=down",
            "resilient-llm.policies.night.circuit-breaker.failures=5")) {
      LlmClients clients = app.getBean(LlmClients.class);
      Throwable failed = catchThrowable(() -> clients.client("night").chat("Hello?"));
      assertThat(failed)
          .isInstanceOfSatisfying(
              LlmException.class, e -> assertThat(e.attempts()).hasSize(1)); // no retry
      assertThat(clients.resilient("day").targets().get(0).breaker()).isEqualTo(BreakerState.OPEN);
      assertThat(clients.resilient("day").targets().get(0).retryTokens()).isEqualTo(7);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Down extends Plain {
    @Bean
    @Order(1)
    LlmProvider down() {
      return ScriptedProvider.of("down", Time.system(), Script.fail(ErrorKind.OVERLOADED));
    }

    @Bean
    @Order(2)
    LlmProvider spare() {
      return Apps.saying("spare");
    }
  }
}
