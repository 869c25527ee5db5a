package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.LlmScope;
import io.github.resilientllm.spring.internal.LlmScopeAccessor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reactor's publishers: each subscription is a call of its own, with a scope of its own, and falls
 * back on its own. Loaded only where Reactor is there.
 */
final class ReactorWatch {
  private ReactorWatch() {}

  static Object mono(Object returned, Failover failover) {
    Mono<?> source = (Mono<?>) returned;
    return Mono.defer(
        () -> {
          LlmScope scope = failover.newScope();
          return new ScopedMono<Object>(source, scope)
              .contextWrite(context -> context.put(LlmScopeAccessor.KEY, scope))
              .doFinally(end -> scope.end())
              .onErrorResume(failover::appliesTo, e -> mono(recovered(e, scope, failover)));
        });
  }

  /** Awaited once, in a scope that has begun with the call. */
  static Object suspended(Object returned, LlmScope scope, Failover failover) {
    return Mono.from((Publisher<?>) returned)
        .cast(Object.class)
        .doFinally(end -> scope.end())
        .onErrorResume(failover::appliesTo, e -> mono(recovered(e, scope, failover)));
  }

  static Object flux(Object returned, Failover failover) {
    Publisher<?> source = (Publisher<?>) returned;
    return Flux.defer(
        () -> {
          LlmScope scope = failover.newScope();
          AtomicBoolean begun = new AtomicBoolean();
          return new ScopedFlux<Object>(Flux.from(source), scope)
              .contextWrite(context -> context.put(LlmScopeAccessor.KEY, scope))
              .doFinally(end -> scope.end())
              .doOnNext(element -> begun.setPlain(true))
              .onErrorResume(
                  e -> !begun.getPlain() && failover.appliesTo(e),
                  e -> publisher(recovered(e, scope, failover)));
        });
  }

  static Object flow(Object returned, Failover failover) {
    Flux<?> source = JdkFlowAdapter.flowPublisherToFlux((Flow.Publisher<?>) returned);
    return JdkFlowAdapter.publisherToFlowPublisher((Publisher<?>) flux(source, failover));
  }

  /** What a fallback returned, as a Mono. */
  @SuppressWarnings("unchecked") // the return types were compared at start-up
  static Mono<Object> mono(@Nullable Object answer) {
    return answer instanceof Mono ? (Mono<Object>) answer : Mono.justOrEmpty(answer);
  }

  @SuppressWarnings("unchecked") // the return types were compared at start-up
  private static Publisher<Object> publisher(@Nullable Object answer) {
    if (answer instanceof Flow.Publisher) {
      return JdkFlowAdapter.flowPublisherToFlux((Flow.Publisher<Object>) answer);
    }
    return answer == null ? Flux.empty() : (Publisher<Object>) answer;
  }

  private static @Nullable Object recovered(Throwable failure, LlmScope scope, Failover failover) {
    try {
      return failover.recover(failure, scope);
    } catch (Throwable another) {
      return Mono.error(another); // also as the answer of a Flux, for it is a publisher
    }
  }
}
