package io.github.resilientllm.spring.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineScopeKt;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.ThreadContextElementKt;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.future.FutureKt;
import kotlinx.coroutines.reactive.ReactiveFlowKt;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.CoroutinesUtils;

/**
 * Kotlin's coroutines, loaded only where a suspend function or a {@code Flow} is met. A
 * continuation is the last argument of a suspend function's call. What is Kotlin's or Reactor's
 * goes in and out as an object: who calls this is loaded where there is neither, and is verified.
 */
public final class Coroutines {
  private Coroutines() {}

  /**
   * Waits for a future as a suspend function does; cancelling the coroutine cancels it.
   *
   * @return what the suspend function returns to its caller
   */
  @SuppressWarnings("unchecked") // the coroutine takes what the function says it ends with
  public static @Nullable Object await(CompletionStage<?> future, Object continuation) {
    return FutureKt.await((CompletionStage<Object>) future, (Continuation<Object>) continuation);
  }

  /**
   * Calls a suspend function in a coroutine of its own, on the threads of the one that the
   * arguments came from; cancelling the future cancels it.
   */
  public static CompletableFuture<Object> future(
      Method method, Object target, @Nullable Object[] arguments) {
    int last = arguments.length - 1;
    return FutureKt.future(
        CoroutineScopeKt.CoroutineScope(withoutJob((Continuation<?>) arguments[last])),
        EmptyCoroutineContext.INSTANCE,
        CoroutineStart.DEFAULT,
        (scope, continuation) -> {
          @Nullable Object[] own = Arrays.copyOf(arguments, arguments.length);
          own[last] = continuation;
          return invoke(method, target, own);
        });
  }

  /**
   * Calls a suspend function and waits for it on this thread.
   *
   * @param arguments without a continuation
   * @throws InvocationTargetException with what it throws
   */
  public static @Nullable Object blocking(
      Method method, Object target, @Nullable Object[] arguments) throws InvocationTargetException {
    try {
      return BuildersKt.runBlocking(
          EmptyCoroutineContext.INSTANCE,
          (scope, continuation) -> {
            @Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
            all[arguments.length] = continuation;
            return invoke(method, target, all);
          });
    } catch (Throwable thrown) {
      throw new InvocationTargetException(thrown);
    }
  }

  /**
   * A continuation whose coroutine is in a scope, on whichever thread it runs.
   *
   * @param scope null for none
   */
  public static Object inScope(Object continuation, @Nullable LlmScope scope) {
    Continuation<?> outer = (Continuation<?>) continuation;
    CoroutineContext context =
        outer.getContext().plus(ThreadContextElementKt.asContextElement(LlmScope.CURRENT, scope));
    return new Continuation<Object>() {
      @Override
      public CoroutineContext getContext() {
        return context;
      }

      @Override
      public void resumeWith(Object result) {
        outer.resumeWith(result);
      }
    };
  }

  /**
   * What a suspend function ends with, called when somebody subscribes.
   *
   * @param continuation in whose context it runs
   * @param arguments without a continuation
   */
  public static Object publisher(
      Object continuation, Method method, Object target, @Nullable Object[] arguments) {
    return CoroutinesUtils.invokeSuspendingFunction(
        withoutJob((Continuation<?>) continuation), method, target, arguments);
  }

  /** A publisher as Kotlin has it. */
  public static Object flow(Object publisher) {
    return ReactiveFlowKt.asFlow((Publisher<?>) publisher);
  }

  /** A {@code Flow} as Reactor has it. */
  public static Object publisher(Object flow) {
    return ReactiveFlowKt.asPublisher((Flow<?>) flow);
  }

  private static CoroutineContext withoutJob(Continuation<?> continuation) {
    return continuation.getContext().minusKey(Job.Key);
  }

  private static @Nullable Object invoke(
      Method method, Object target, @Nullable Object[] arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw Coroutines.<RuntimeException>asIs(e.getTargetException());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Kotlin declares no exceptions
  private static <T extends Throwable> RuntimeException asIs(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
