package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.Coroutines;
import io.github.resilientllm.spring.internal.Kotlin;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.util.ReflectionUtils;

/**
 * One method that may answer for another.
 *
 * @param exception what it takes beside the arguments; null for nothing
 * @param takes how its parameters are filled
 * @param seen whether a proxy can see calls of it, so that advice around it works
 * @param called the method, or that of an interface
 * @param handle takes the bean and the arguments as an array
 */
record FallbackMethod(
    Method method,
    @Nullable Class<? extends Throwable> exception,
    Takes takes,
    boolean seen,
    Method called,
    MethodHandle handle) {

  /** How the parameters of a fallback are filled. */
  enum Takes {
    ARGUMENTS,
    EXCEPTION_FIRST,
    EXCEPTION_LAST,
    EXCEPTION_ONLY,
    NOTHING;

    Object[] fill(Object[] arguments, Throwable failure) {
      if (this == ARGUMENTS) {
        return arguments;
      }
      if (this == NOTHING) {
        return new Object[0];
      }
      if (this == EXCEPTION_ONLY) {
        return new Object[] {failure};
      }
      Object[] filled = new Object[arguments.length + 1];
      System.arraycopy(arguments, 0, filled, this == EXCEPTION_FIRST ? 1 : 0, arguments.length);
      filled[this == EXCEPTION_FIRST ? 0 : arguments.length] = failure;
      return filled;
    }
  }

  static FallbackMethod of(
      Method method, Class<?> type, @Nullable Class<? extends Throwable> exception, Takes takes) {
    int modifiers = method.getModifiers();
    boolean overridable =
        (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers))
            && !Modifier.isStatic(modifiers)
            && !Modifier.isFinal(modifiers);
    // By its interface a method can be called on a JDK proxy, too.
    List<Method> declared =
        Modifier.isPublic(modifiers) && !Modifier.isStatic(modifiers)
            ? AnnotatedMethod.interfaceMethods(method, type)
            : List.of();
    Method called = declared.isEmpty() ? method : declared.get(0);
    return new FallbackMethod(method, exception, takes, overridable, called, handle(called));
  }

  boolean takes(Throwable failure) {
    return exception == null || exception.isInstance(failure);
  }

  /** Calls it on the bean, or on what is behind its proxy where the proxy would not see it. */
  @Nullable Object call(Object bean, Failover call, Throwable failure) throws Throwable {
    boolean throughProxy = seen && called.getDeclaringClass().isInstance(bean);
    Object receiver = throughProxy ? bean : behind(bean);
    Object[] filled = takes.fill(call.arguments(), failure);
    return Kotlin.isSuspend(method)
        ? Coroutines.publisher(call.outside(), called, receiver, filled)
        : (Object) handle.invokeExact(receiver, filled);
  }

  private static Object behind(Object bean) {
    Object target = bean;
    Object next = AopProxyUtils.getSingletonTarget(target);
    while (next != null) {
      target = next;
      next = AopProxyUtils.getSingletonTarget(target);
    }
    return target;
  }

  private static MethodHandle handle(Method method) {
    ReflectionUtils.makeAccessible(method);
    try {
      MethodHandle handle = MethodHandles.lookup().unreflect(method).asFixedArity();
      if (Modifier.isStatic(method.getModifiers())) {
        handle = MethodHandles.dropArguments(handle, 0, Object.class);
      }
      return handle
          .asSpreader(Object[].class, method.getParameterCount())
          .asType(MethodType.methodType(Object.class, Object.class, Object[].class));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The fallback " + method + " is not accessible", e);
    }
  }
}
