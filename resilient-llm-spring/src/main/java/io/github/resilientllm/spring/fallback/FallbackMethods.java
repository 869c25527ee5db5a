package io.github.resilientllm.spring.fallback;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/**
 * The methods of one name that may answer for a method.
 *
 * @param methods the most specific exception first
 * @param bean whose methods they are; null for the annotated one
 */
record FallbackMethods(List<FallbackMethod> methods, @Nullable String bean, BeanFactory beans)
    implements LastResort {

  @Override
  public boolean takes(Throwable failure) {
    return choose(failure) != null;
  }

  @Override
  public @Nullable Object answer(Failover call, Throwable failure) throws Throwable {
    FallbackMethod chosen = choose(failure);
    if (chosen == null) {
      throw failure;
    }
    return chosen.call(bean == null ? call.proxy() : beans.getBean(bean), call, failure);
  }

  private @Nullable FallbackMethod choose(Throwable failure) {
    for (FallbackMethod method : methods) {
      if (method.takes(failure)) {
        return method;
      }
    }
    return null;
  }
}
