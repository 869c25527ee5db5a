package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.internal.Coroutines;
import io.github.resilientllm.spring.internal.DependentFuture;
import io.github.resilientllm.spring.internal.Kotlin;
import io.github.resilientllm.spring.internal.LastResorts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;

/**
 * The method of a service's fallback that answers when a call failed.
 *
 * @param where the service and method that it stands in for
 */
record StandIn(Object fallback, Method method, String where, LastResorts asks) {

  /** What it answers; what it throws carries the failure. */
  @Nullable Object answer(@Nullable Object[] arguments, Throwable failure) throws Throwable {
    return asks.ask(where, failure, () -> invoke(arguments, failure));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it is the caller's
  private @Nullable Object invoke(@Nullable Object[] arguments, Throwable failure)
      throws Throwable {
    if (Kotlin.isSuspend(method)) {
      return DependentFuture.of(
          Coroutines.future(method, fallback, arguments),
          (answer, another, next) -> {
            if (another == null) {
              next.complete(answer);
              return;
            }
            if (another != failure) {
              another.addSuppressed(failure);
            }
            next.completeExceptionally(another);
          });
    }
    try {
      return method.invoke(fallback, arguments);
    } catch (InvocationTargetException e) {
      Throwable another = e.getTargetException();
      if (another != failure) {
        another.addSuppressed(failure);
      }
      throw another;
    }
  }

  /**
   * The fallback of a service: a bean of the class, or else an instance made as a bean would be.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException if it is none
   */
  static Object of(Class<?> type, AutowireCapableBeanFactory beans, Site site) {
    Class<?> service = site.service();
    if (type == service || !service.isAssignableFrom(type)) {
      throw site.wrong(
          "Its fallback " + type.getName() + " does not implement it.",
          "Let it implement " + service.getSimpleName() + ", or name a class that does.");
    }
    return site.instance("fallback", type, beans);
  }
}
