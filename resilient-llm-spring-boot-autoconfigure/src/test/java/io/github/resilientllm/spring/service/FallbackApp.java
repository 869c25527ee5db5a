package io.github.resilientllm.spring.service;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.type.AnnotationMetadata;

/** An application that has {@code @LlmFallback}. */
@Configuration(proxyBeanMethods = false)
@Import(FallbackApp.Selector.class)
class FallbackApp {

  static class Selector implements ImportSelector {
    @Override
    public String[] selectImports(AnnotationMetadata importing) {
      return new String[] {"io.github.resilientllm.spring.fallback.LlmFallbackAutoConfiguration"};
    }
  }
}
