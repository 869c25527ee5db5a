package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.fallback.FallbackMethod.Takes;
import io.github.resilientllm.spring.internal.Kotlin;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The search for the fallback methods of one method. */
final class FallbackSearch {
  private final AnnotatedMethod annotated;
  private final FallbackMistakes mistakes;
  private final String name;
  private final Class<?> owner;
  private final @Nullable String bean;

  /**
   * Prepares a search.
   *
   * @param name the methods' name
   * @param owner whose methods they are
   * @param bean the owner's name as bean; null for the annotated one
   */
  FallbackSearch(
      AnnotatedMethod annotated,
      ReturnWatch returned,
      FailureRule rule,
      String name,
      Class<?> owner,
      @Nullable String bean) {
    this.annotated = annotated;
    this.name = name;
    this.owner = ClassUtils.getUserClass(owner);
    this.bean = bean;
    this.mistakes = new FallbackMistakes(annotated, returned, rule, name, this.owner, bean);
  }

  /**
   * The methods that were meant, the most specific exception first.
   *
   * @throws SetupException if there are none, or they do not fit
   */
  List<FallbackMethod> methods() {
    List<FallbackMethod> found = new ArrayList<>();
    for (Method method : ofOwner(owner)) {
      if (method.getName().equals(name) && !isItself(method)) {
        FallbackMethod fallback = fitting(method);
        if (fallback != null) {
          mistakes.checkReturn(method);
          found.add(fallback);
        }
      }
    }
    if (found.isEmpty()) {
      throw mistakes.missing(ofOwner(owner));
    }
    mistakes.checkExceptions(found);
    found.sort(Comparator.comparingInt(method -> -depth(method.exception())));
    return List.copyOf(found);
  }

  /** All methods of a class and what it inherits, without those that are overridden. */
  static List<Method> ofOwner(Class<?> owner) {
    Map<String, Method> methods = new LinkedHashMap<>();
    boolean proxy = Proxy.isProxyClass(owner); // its own methods have lost their generics
    if (!proxy) {
      for (Method method : ReflectionUtils.getUniqueDeclaredMethods(owner)) {
        put(methods, method);
      }
    }
    for (Class<?> declaring : ClassUtils.getAllInterfacesForClassAsSet(owner)) {
      for (Method method : declaring.getMethods()) {
        put(methods, proxy ? method : AopUtils.getMostSpecificMethod(method, owner));
      }
    }
    return List.copyOf(methods.values());
  }

  private static void put(Map<String, Method> methods, Method method) {
    if (!method.isSynthetic() && method.getDeclaringClass() != Object.class) {
      methods.putIfAbsent(method.getName() + Arrays.toString(method.getParameterTypes()), method);
    }
  }

  private boolean isItself(Method method) {
    return bean == null
        && method.getName().equals(annotated.method().getName())
        && Arrays.equals(method.getParameterTypes(), annotated.method().getParameterTypes());
  }

  private @Nullable FallbackMethod fitting(Method method) {
    if (bean != null && Modifier.isPrivate(method.getModifiers())) {
      return null;
    }
    if (Kotlin.isSuspend(method) && !annotated.suspends()) {
      return null; // nobody could wait for it
    }
    Class<?>[] types = Arrays.copyOf(method.getParameterTypes(), Kotlin.parameterCount(method));
    int count = annotated.parameterCount();
    if (types.length == count && takesArguments(method, 0)) {
      return FallbackMethod.of(method, owner, null, Takes.ARGUMENTS);
    }
    if (types.length == 0) {
      return FallbackMethod.of(method, owner, null, Takes.NOTHING);
    }
    if (types.length == count + 1) {
      Class<? extends Throwable> last = exception(types[count]);
      if (last != null && takesArguments(method, 0)) {
        return FallbackMethod.of(method, owner, last, Takes.EXCEPTION_LAST);
      }
      Class<? extends Throwable> first = exception(types[0]);
      if (first != null && takesArguments(method, 1)) {
        return FallbackMethod.of(method, owner, first, Takes.EXCEPTION_FIRST);
      }
    }
    Class<? extends Throwable> only = types.length == 1 ? exception(types[0]) : null;
    return only == null ? null : FallbackMethod.of(method, owner, only, Takes.EXCEPTION_ONLY);
  }

  private static @Nullable Class<? extends Throwable> exception(Class<?> type) {
    return Throwable.class.isAssignableFrom(type) ? type.asSubclass(Throwable.class) : null;
  }

  private boolean takesArguments(Method method, int from) {
    for (int i = 0; i < annotated.parameterCount(); i++) {
      ResolvableType given =
          ResolvableType.forMethodParameter(annotated.method(), i, annotated.type());
      ResolvableType taken = ResolvableType.forMethodParameter(method, from + i, owner);
      if (!ReturnTypes.assignable(taken, given)) {
        return false;
      }
    }
    return true;
  }

  private static int depth(@Nullable Class<?> type) {
    int depth = 0;
    for (Class<?> up = type; up != null; up = up.getSuperclass()) {
      depth++;
    }
    return depth;
  }
}
