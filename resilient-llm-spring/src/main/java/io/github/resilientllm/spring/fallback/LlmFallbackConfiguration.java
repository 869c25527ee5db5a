package io.github.resilientllm.spring.fallback;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Makes {@code @LlmFallback} work in the context that imports it. A Spring Boot application has it
 * by its auto-configuration.
 */
@Configuration(proxyBeanMethods = false)
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
