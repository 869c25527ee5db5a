package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.testing.ScriptedProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What requests ask for that do not say it, by properties. */
@ExtendWith(OutputCaptureExtension.class)
class OptionsPropertiesTest {

  @Configuration(proxyBeanMethods = false)
  static class Vendor {
    @Bean
    LlmProvider vendor() {
      return Apps.saying("vendor");
    }
  }

  @Test
  void thoseOfThePolicyGoBeforeThoseOfTheTargetAndAreInherited() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            Vendor.class,
            "resilient-llm.targets.gpt.provider=vendor",
            "resilient-llm.targets.gpt.options.reasoning-effort=low",
            "resilient-llm.targets.gpt.options.temperature=1",
            "resilient-llm.policies.default.options.temperature=0.2",
            "resilient-llm.policies.default.options.stop=END,STOP",
            "resilient-llm.policies.short.base-policy=default",
            "resilient-llm.policies.short.options.max-output-tokens=50")) {
      LlmClients clients = app.getBean(LlmClients.class);
      String unused = clients.client("short").chat("Why?").text();
      ScriptedProvider vendor = app.getBean(ScriptedProvider.class);
      ChatRequest sent = vendor.requests().get(0);
      assertThat(sent.reasoningEffort()).contains(ReasoningEffort.LOW);
      assertThat(sent.temperature()).hasValue(0.2);
      assertThat(sent.stop()).containsExactly("END", "STOP");
      assertThat(sent.maxOutputTokens()).hasValue(50);
    }
  }

  @Test
  void whatNoModelTakesStopsTheStart(CapturedOutput console) {
    assertThat(
            Apps.failure(
                console,
                Vendor.class,
                "resilient-llm.targets.gpt.provider=vendor",
                "resilient-llm.targets.gpt.options.temperature=7"))
        .contains("resilient-llm.targets.gpt.options is set wrongly: ", "temperature");
  }
}
