package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.LlmJson;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ClassUtils;

/** What an application reads JSON with. */
final class ApplicationJson {
  private ApplicationJson() {}

  /** The application's own {@code LlmJson}, or one by its Jackson, or ours. */
  static LlmJson of(BeanFactory beans) {
    return beans.getBeanProvider(LlmJson.class).getIfAvailable(() -> byJackson(beans));
  }

  private static LlmJson byJackson(BeanFactory beans) {
    LlmJson json =
        isThere("tools.jackson.databind.json.JsonMapper") ? Jackson3Json.of(beans) : null;
    if (json == null && isThere("com.fasterxml.jackson.databind.ObjectMapper")) {
      json = Jackson2Json.of(beans);
    }
    return json == null ? new StandardJson() : json;
  }

  private static boolean isThere(String type) {
    return ClassUtils.isPresent(type, ApplicationJson.class.getClassLoader());
  }
}
