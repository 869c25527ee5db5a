package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.outbox.LlmHandlerConfiguration;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Makes {@code @LlmFallback} work in the context that imports it, and stops the start where an
 * {@code @LlmHandler} would never be called. A Spring Boot application has it by its
 * auto-configuration.
 */
@Configuration(proxyBeanMethods = false)
@Import(LlmHandlerConfiguration.class)
public class LlmFallbackConfiguration {

  /** For Spring, which makes it. */
  public LlmFallbackConfiguration() {}

  @Bean // also if a parent context has one, for that sees its own beans only
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static LlmFallbackPostProcessor resilientLlmFallbackPostProcessor(Environment environment) {
    return new LlmFallbackPostProcessor(
        environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
  }
}
