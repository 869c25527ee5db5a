package io.github.resilientllm.spring.fallback;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/** Makes {@code @LlmFallback} work, unless {@code resilient-llm.annotation.enabled} is false. */
@AutoConfiguration
@ConditionalOnProperty(
    prefix = "resilient-llm",
    name = {"enabled", "annotation.enabled"},
    matchIfMissing = true)
final class LlmFallbackAutoConfiguration {

  @Bean // also if a parent context has one, for that sees its own beans only
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static LlmFallbackPostProcessor resilientLlmFallbackPostProcessor(Environment environment) {
    return new LlmFallbackPostProcessor(
        environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
  }
}
