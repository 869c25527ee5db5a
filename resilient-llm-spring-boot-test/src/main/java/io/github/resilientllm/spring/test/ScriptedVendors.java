package io.github.resilientllm.spring.test;

import io.github.resilientllm.spring.LlmProviderFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The script, and the providers that follow it. */
@Configuration(proxyBeanMethods = false)
class ScriptedVendors {

  @Bean
  ScriptedLlm scriptedLlm() {
    return new ScriptedLlm();
  }

  @Bean
  LlmProviderFactory scriptedLlmProviders(ScriptedLlm script) {
    return script::provider;
  }
}
