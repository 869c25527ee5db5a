package io.github.resilientllm.spring.internal;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/** Lets Micrometer's context propagation carry the {@link LlmScope} to other threads. */
public final class LlmScopeAccessor implements ThreadLocalAccessor<LlmScope> {
  /** The scope's key, also in the context of Reactor. */
  public static final String KEY = "io.github.resilientllm.scope";

  @Override
  public Object key() {
    return KEY;
  }

  @Override
  public @Nullable LlmScope getValue() {
    return LlmScope.current();
  }

  @Override
  public void setValue(LlmScope scope) {
    LlmScope.set(scope);
  }

  @Override
  public void setValue() {
    LlmScope.set(null);
  }
}
