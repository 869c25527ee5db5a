package io.github.resilientllm.spring.service.shop;

import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with all auto-configurations and a vendor of its own. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StarterApp {
  @Bean
  LlmProvider vendor() {
    return ScriptedProvider.of("vendor", Time.system(), Script.answer("by the starter"));
  }

  /** One without a vendor. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  public static class Empty {}
}
