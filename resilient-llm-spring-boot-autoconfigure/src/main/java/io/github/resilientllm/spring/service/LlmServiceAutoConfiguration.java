package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.LlmJson;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.util.ClassUtils;

/** Makes beans of {@code @LlmService}s, unless {@code resilient-llm.service.enabled} is false. */
@AutoConfiguration
@ConditionalOnProperty(
    prefix = "resilient-llm",
    name = {"enabled", "service.enabled"},
    matchIfMissing = true)
@Import(ServiceScan.class)
final class LlmServiceAutoConfiguration {

  @Bean
  @Lazy // without services nobody asks for it
  @ConditionalOnMissingBean
  LlmJson resilientLlmJson(BeanFactory beans) {
    LlmJson json =
        isThere("tools.jackson.databind.json.JsonMapper") ? Jackson3Json.of(beans) : null;
    if (json == null && isThere("com.fasterxml.jackson.databind.ObjectMapper")) {
      json = Jackson2Json.of(beans);
    }
    return json == null ? new StandardJson() : json;
  }

  private static boolean isThere(String type) {
    return ClassUtils.isPresent(type, LlmServiceAutoConfiguration.class.getClassLoader());
  }
}
