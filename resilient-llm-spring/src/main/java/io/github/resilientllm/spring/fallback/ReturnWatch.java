package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.spring.internal.Coroutines;
import io.github.resilientllm.spring.internal.DependentFuture;
import io.github.resilientllm.spring.internal.LlmScope;
import io.github.resilientllm.spring.internal.WatchedStream;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/** How what a method returns is watched: its failure may come after its return. */
enum ReturnWatch {
  /** A plain value: when the method has returned it has not failed. */
  VALUE {
    @Override
    Object watched(Object returned, LlmScope scope, Failover failover) {
      return returned;
    }
  },

  FUTURE {
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is the caller's
    Object watched(Object returned, LlmScope scope, Failover failover) {
      if (!(returned instanceof CompletionStage<?> stage)
          || (returned instanceof CompletableFuture<?> future && succeeded(future))) {
        scope.end();
        return returned;
      }
      @SuppressWarnings("unchecked") // what comes out is what went in, or the fallback's
      CompletionStage<@Nullable Object> first = (CompletionStage<@Nullable Object>) stage;
      return DependentFuture.<@Nullable Object>of(
          first,
          (value, failure, next) -> {
            scope.end();
            if (failure == null) {
              next.complete(value);
            } else {
              complete(next, failure, scope, failover);
            }
          });
    }

    @Override
    @Nullable Object of(@Nullable Object answer) {
      return answer instanceof CompletionStage
          ? answer
          : CompletableFuture.<@Nullable Object>completedFuture(answer);
    }
  },

  STREAM {
    @Override
    Object watched(Object returned, LlmScope scope, Failover failover) {
      return new WatchedStream(
          (ChatStream) returned,
          scope,
          (failure, begun) -> begun ? null : instead(failure, scope, failover));
    }
  },

  MONO {
    @Override
    Object watched(Object returned, LlmScope scope, Failover failover) {
      return ReactorWatch.mono(returned, failover);
    }

    @Override
    Object of(@Nullable Object answer) {
      return ReactorWatch.mono(answer);
    }
  },

  FLUX {
    @Override
    Object watched(Object returned, LlmScope scope, Failover failover) {
      return ReactorWatch.flux(returned, failover);
    }
  },

  FLOW {
    @Override
    Object watched(Object returned, LlmScope scope, Failover failover) {
      return ReactorWatch.flow(returned, failover);
    }
  },

  /** A suspend function of Kotlin's, which Spring's proxies have as a Mono. */
  SUSPENDED {
    @Override
    void begin(MethodInvocation call, LlmScope scope) {
      Object[] arguments = call.getArguments().clone();
      int last = arguments.length - 1;
      arguments[last] = Coroutines.inScope(arguments[last], scope);
      ((ProxyMethodInvocation) call).setArguments(arguments);
    }

    @Override
    Object watched(Object returned, LlmScope scope, Failover failover) {
      return ReactorWatch.suspended(returned, scope, failover);
    }

    @Override
    Object of(@Nullable Object answer) {
      return ReactorWatch.mono(answer);
    }
  };

  /** Prepares a call that is about to be made in a scope. */
  void begin(MethodInvocation call, LlmScope scope) {}

  /** What the caller gets of what the method returned. */
  abstract Object watched(Object returned, LlmScope scope, Failover failover);

  /** What the caller gets of what the fallback returned in place of a method that threw. */
  @Nullable Object of(@Nullable Object answer) {
    return answer;
  }

  private static boolean succeeded(CompletableFuture<?> future) {
    return future.isDone() && !future.isCompletedExceptionally();
  }

  @SuppressWarnings("unchecked") // the return types were compared at start-up
  private static void complete(
      CompletableFuture<@Nullable Object> next,
      Throwable failure,
      LlmScope scope,
      Failover failover) {
    Object answer;
    try {
      answer = failover.recover(failure, scope);
    } catch (Throwable another) {
      next.completeExceptionally(another);
      return;
    }
    if (answer instanceof CompletionStage<?> stage) {
      ((DependentFuture<@Nullable Object>) next).follow((CompletionStage<@Nullable Object>) stage);
    } else {
      next.complete(answer);
    }
  }

  private static @Nullable ChatStream instead(
      Throwable failure, LlmScope scope, Failover failover) {
    if (!failover.appliesTo(failure)) {
      return null;
    }
    try {
      return (ChatStream) failover.recover(failure, scope);
    } catch (RuntimeException | Error another) {
      throw another;
    } catch (Throwable checked) {
      throw new UndeclaredThrowableException(checked);
    }
  }
}
