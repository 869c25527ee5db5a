package io.github.resilientllm.spring.internal;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Lets Micrometer's context propagation carry the {@link LlmScope} to other threads: all of it
 * where a {@code Mono} or {@code Flux} of the method has put it into Reactor's context, and else
 * what {@linkplain LlmScope#carried() goes along}.
 */
public final class LlmScopeAccessor implements ThreadLocalAccessor<LlmScope> {
  /** The scope's key, also in the context of Reactor. */
  public static final String KEY = "io.github.resilientllm.scope";

  @Override
  public Object key() {
    return KEY;
  }

  @Override
  public @Nullable LlmScope getValue() {
    LlmScope current = LlmScope.current();
    return current == null ? null : current.carried();
  }

  @Override
  public void setValue(LlmScope scope) {
    LlmScope.set(scope);
  }

  @Override
  public void setValue() {
    LlmScope.set(null);
  }

  /** What a thread had is told by {@link #getValue}, too, and comes back as it was. */
  @Override
  public void restore(LlmScope before) {
    LlmScope.set(before.origin());
  }

  @Override
  public void restore() {
    LlmScope.set(null);
  }
}
