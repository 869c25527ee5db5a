package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.LlmFallbackHandler;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/** A handler bean as last resort, looked up when it is needed. */
record FallbackHandler(String bean, BeanFactory beans) implements LastResort {

  @Override
  public boolean takes(Throwable failure) {
    return true;
  }

  @Override
  public @Nullable Object answer(Failover call, Throwable failure) throws Throwable {
    LlmFallbackHandler<?> handler = beans.getBean(bean, LlmFallbackHandler.class);
    return handler.handle(
        new LlmFallbackHandler.Failed(call.method(), Arrays.asList(call.arguments()), failure));
  }
}
