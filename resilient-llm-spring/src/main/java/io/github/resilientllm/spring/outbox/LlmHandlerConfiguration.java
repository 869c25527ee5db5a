package io.github.resilientllm.spring.outbox;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Stops the start where an {@code @LlmHandler} would never be called. A Spring Boot application has
 * it by its auto-configuration, and one without Boot with that of {@code @LlmFallback}.
 */
@Configuration(proxyBeanMethods = false)
public class LlmHandlerConfiguration {

  /** For Spring, which makes it. */
  public LlmHandlerConfiguration() {}

  @Bean
  static UnservedHandlers resilientLlmUnservedHandlers(
      ConfigurableListableBeanFactory beans, Environment environment) {
    return new UnservedHandlers(
        beans, environment.getProperty("resilient-llm.outbox.enabled", Boolean.class, true));
  }
}
