package io.github.resilientllm.spring.internal;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** What is asked of methods that may be Kotlin's, without loading a class of Kotlin's own. */
public final class Kotlin {
  private static final String CONTINUATION = "kotlin.coroutines.Continuation";
  private static final String UNIT = "kotlin.Unit";

  private Kotlin() {}

  /** Whether a method is a suspend function: what it ends with goes to its last parameter. */
  public static boolean isSuspend(Method method) {
    Class<?>[] types = method.getParameterTypes();
    return types.length > 0 && types[types.length - 1].getName().equals(CONTINUATION);
  }

  /** The parameters that a caller fills in. */
  public static int parameterCount(Method method) {
    return method.getParameterCount() - (isSuspend(method) ? 1 : 0);
  }

  /**
   * What a method returns; of a suspend function, what it ends with, where {@code Unit} is void.
   *
   * @param type the class or interface that it is a method of
   */
  public static ResolvableType returned(Method method, Class<?> type) {
    if (!isSuspend(method)) {
      return ResolvableType.forMethodReturnType(method, type);
    }
    ResolvableType continuation =
        ResolvableType.forMethodParameter(method, method.getParameterCount() - 1, type);
    Type result = Object.class;
    if (continuation.getType() instanceof ParameterizedType parameterized) {
      result = parameterized.getActualTypeArguments()[0];
    }
    if (result instanceof WildcardType wildcard && wildcard.getLowerBounds().length > 0) {
      result = wildcard.getLowerBounds()[0];
    }
    return result.getTypeName().equals(UNIT)
        ? ResolvableType.forClass(void.class)
        : ResolvableType.forType(result, continuation);
  }

  /** Whether futures can be awaited in coroutines here. */
  public static boolean hasCoroutines() {
    return isThere("kotlinx.coroutines.future.FutureKt");
  }

  /** Whether coroutines and Reactor know each other here, as Spring's own support wants it. */
  public static boolean hasReactor() {
    return isThere("kotlinx.coroutines.reactor.MonoKt")
        && isThere("reactor.core.publisher.Flux")
        && KotlinDetector.isKotlinReflectPresent();
  }

  /**
   * The body of an interface's method where Kotlin put it into a class beside the interface, as it
   * did by default before 2.2; null if it has none there.
   */
  public static @Nullable Method body(Method method) {
    Class<?> declaring = method.getDeclaringClass();
    if (!KotlinDetector.isKotlinType(declaring)) {
      return null;
    }
    String beside = declaring.getName() + "$DefaultImpls";
    if (!ClassUtils.isPresent(beside, declaring.getClassLoader())) {
      return null;
    }
    Class<?>[] types = method.getParameterTypes();
    Class<?>[] taken = new Class<?>[types.length + 1];
    taken[0] = declaring;
    System.arraycopy(types, 0, taken, 1, types.length);
    return ReflectionUtils.findMethod(
        ClassUtils.resolveClassName(beside, declaring.getClassLoader()), method.getName(), taken);
  }

  private static boolean isThere(String type) {
    return ClassUtils.isPresent(type, Kotlin.class.getClassLoader());
  }
}
