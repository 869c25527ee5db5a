package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.LlmScope;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** Asks upstream inside of a scope and tells downstream outside of it. */
final class ScopedSubscriber<T> implements CoreSubscriber<T>, Subscription {
  private final CoreSubscriber<? super T> reader;
  private final LlmScope scope;
  private final @Nullable LlmScope outer = LlmScope.current();
  private @Nullable Subscription upstream;

  ScopedSubscriber(CoreSubscriber<? super T> reader, LlmScope scope) {
    this.reader = reader;
    this.scope = scope;
  }

  void inside(Runnable step) {
    in(scope, step);
  }

  @Override
  public Context currentContext() {
    return reader.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    in(outer, () -> reader.onSubscribe(this));
  }

  @Override
  public void onNext(T element) {
    in(outer, () -> reader.onNext(element));
  }

  @Override
  public void onError(Throwable failure) {
    in(outer, () -> reader.onError(failure));
  }

  @Override
  public void onComplete() {
    in(outer, reader::onComplete);
  }

  @Override
  public void request(long n) {
    Subscription source = upstream;
    if (source != null) {
      in(scope, () -> source.request(n));
    }
  }

  @Override
  public void cancel() {
    if (upstream != null) {
      upstream.cancel();
    }
  }

  private static void in(@Nullable LlmScope scope, Runnable step) {
    LlmScope now = LlmScope.current();
    LlmScope.set(scope);
    try {
      step.run();
    } finally {
      LlmScope.set(now);
    }
  }
}
