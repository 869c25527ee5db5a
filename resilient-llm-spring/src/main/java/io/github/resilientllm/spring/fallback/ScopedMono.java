package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.LlmScope;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;

/** A Mono whose source is subscribed to, and asked for its value, in a scope. */
final class ScopedMono<T> extends MonoOperator<T, T> {
  private final LlmScope scope;

  @SuppressWarnings("unchecked") // what it is asked for goes through as it is
  ScopedMono(Mono<?> source, LlmScope scope) {
    super((Mono<? extends T>) source);
    this.scope = scope;
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> reader) {
    ScopedSubscriber<T> scoped = new ScopedSubscriber<>(reader, scope);
    scoped.inside(() -> source.subscribe(scoped));
  }
}
