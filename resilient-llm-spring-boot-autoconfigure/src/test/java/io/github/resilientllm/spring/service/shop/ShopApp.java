package io.github.resilientllm.spring.service.shop;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application whose packages begin here. */
@Configuration(proxyBeanMethods = false)
@AutoConfigurationPackage
public class ShopApp {
  @Bean
  LlmClients llmClients() {
    ScriptedProvider vendor =
        ScriptedProvider.of("vendor", Time.system(), Script.answer("by the model"));
    return new ClientRegistry(Map.of("default", ResilientLlm.with(vendor).build()), "default");
  }
}
