package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.internal.Coroutines;
import io.github.resilientllm.spring.internal.DependentFuture;
import io.github.resilientllm.spring.internal.WatchedStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How a method gets its answer, and when its last resort is asked. */
enum Form {
  VALUE {
    @Override
    @Nullable Object ask(ServiceCall call) throws Throwable {
      try {
        return call.content(call.chat());
      } catch (LlmException e) {
        return call.lastResort(e);
      }
    }
  },

  FUTURE {
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is the caller's
    Object ask(ServiceCall call) {
      return whole(call);
    }
  },

  STREAM {
    @Override
    @Nullable Object ask(ServiceCall call) throws Throwable {
      try {
        return new WatchedStream(
            call.stream(), null, (failure, begun) -> begun ? null : instead(failure, call));
      } catch (LlmException e) {
        return call.lastResort(e);
      }
    }
  },

  MONO {
    @Override
    Object ask(ServiceCall call) {
      return ReactorAnswers.mono(call);
    }
  },

  TEXTS {
    @Override
    Object ask(ServiceCall call) {
      return ReactorAnswers.texts(call);
    }
  },

  EVENTS {
    @Override
    Object ask(ServiceCall call) {
      return ReactorAnswers.events(call);
    }
  },

  /** Of a suspend function in Kotlin. */
  SUSPENDED {
    @Override
    @Nullable Object ask(ServiceCall call) {
      return Coroutines.await(whole(call), call.continuation());
    }
  },

  FLOW_OF_TEXTS {
    @Override
    Object ask(ServiceCall call) {
      return Coroutines.flow(ReactorAnswers.texts(call));
    }
  },

  FLOW_OF_EVENTS {
    @Override
    Object ask(ServiceCall call) {
      return Coroutines.flow(ReactorAnswers.events(call));
    }
  };

  /** Whether the answer is read piece by piece. */
  boolean streams() {
    return switch (this) {
      case STREAM, TEXTS, EVENTS, FLOW_OF_TEXTS, FLOW_OF_EVENTS -> true;
      case VALUE, FUTURE, MONO, SUSPENDED -> false;
    };
  }

  /** What the method returns. */
  abstract @Nullable Object ask(ServiceCall call) throws Throwable;

  /** What the caller gets, later. */
  private static CompletableFuture<@Nullable Object> whole(ServiceCall call) {
    return DependentFuture.of(
        future(call), (answer, failure, next) -> end(next, answer, failure, call));
  }

  /** An answer to come, whatever goes wrong. */
  @SuppressWarnings("unchecked") // what it ends with is handed on as an object
  static CompletableFuture<@Nullable Object> future(ServiceCall call) {
    CompletableFuture<?> answer;
    try {
      answer = call.chatAsync();
    } catch (LlmException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return (CompletableFuture<@Nullable Object>) answer;
  }

  @SuppressWarnings("unchecked") // a fallback returns what the method does
  private static void end(
      CompletableFuture<@Nullable Object> next,
      @Nullable Object answer,
      @Nullable Throwable failure,
      ServiceCall call) {
    Object instead;
    try {
      if (answer instanceof ChatResponse response) {
        next.complete(call.content(response));
        return;
      }
      instead = call.lastResort(failure);
    } catch (Throwable another) {
      if (answer != null && call.hasLastResort(another)) { // an answer, but no such value
        end(next, null, another, call);
      } else {
        next.completeExceptionally(another);
      }
      return;
    }
    if (instead == null) {
      next.completeExceptionally(new IllegalStateException("the fallback returned no future"));
      return;
    }
    ((DependentFuture<@Nullable Object>) next).follow((CompletionStage<@Nullable Object>) instead);
  }

  private static @Nullable ChatStream instead(Throwable failure, ServiceCall call) {
    if (!call.hasLastResort(failure)) {
      return null;
    }
    try {
      return (ChatStream) call.lastResort(failure);
    } catch (RuntimeException | Error another) {
      throw another;
    } catch (Throwable checked) { // never: the interface's method declares none
      throw new IllegalStateException(checked);
    }
  }
}
