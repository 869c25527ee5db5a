package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.LlmScope;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

/** A Flux whose source is subscribed to, and asked for more, in a scope. */
final class ScopedFlux<T> extends FluxOperator<T, T> {
  private final LlmScope scope;

  @SuppressWarnings("unchecked") // what it is asked for goes through as it is
  ScopedFlux(Flux<?> source, LlmScope scope) {
    super((Flux<? extends T>) source);
    this.scope = scope;
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> reader) {
    ScopedSubscriber<T> scoped = new ScopedSubscriber<>(reader, scope);
    scoped.inside(() -> source.subscribe(scoped));
  }
}
