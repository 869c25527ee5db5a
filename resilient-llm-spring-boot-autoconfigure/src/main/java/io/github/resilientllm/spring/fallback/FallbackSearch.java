package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.fallback.FallbackMethod.Takes;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The search for the fallback methods of one method. */
final class FallbackSearch {
  private final AnnotatedMethod annotated;
  private final Returned returned;
  private final FailureRule rule;
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
      Returned returned,
      FailureRule rule,
      String name,
      Class<?> owner,
      @Nullable String bean) {
    this.annotated = annotated;
    this.returned = returned;
    this.rule = rule;
    this.name = name;
    this.owner = ClassUtils.getUserClass(owner);
    this.bean = bean;
  }

  /**
   * The methods that were meant, the most specific exception first.
   *
   * @throws InvalidLlmFallbackException if there are none, or they do not fit
   */
  List<FallbackMethod> methods() {
    List<FallbackMethod> found = new ArrayList<>();
    for (Method method : ofOwner(owner)) {
      if (method.getName().equals(name) && !isItself(method)) {
        FallbackMethod fallback = fitting(method);
        if (fallback != null) {
          checkReturn(method);
          found.add(fallback);
        }
      }
    }
    if (found.isEmpty()) {
      throw missing();
    }
    checkExceptions(found);
    found.sort(Comparator.comparingInt(method -> -depth(method.exception())));
    return List.copyOf(found);
  }

  /** All methods of a class and what it inherits, without those that are overridden. */
  static List<Method> ofOwner(Class<?> owner) {
    Map<String, Method> methods = new LinkedHashMap<>();
    if (!Proxy.isProxyClass(owner)) {
      for (Method method : ReflectionUtils.getUniqueDeclaredMethods(owner)) {
        put(methods, method);
      }
    }
    for (Class<?> declaring : ClassUtils.getAllInterfacesForClassAsSet(owner)) {
      for (Method method : declaring.getMethods()) {
        put(methods, AopUtils.getMostSpecificMethod(method, owner));
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
        && Arrays.equals(
            method.getParameterTypes(),
            BridgeMethodResolver.findBridgedMethod(annotated.method()).getParameterTypes());
  }

  private @Nullable FallbackMethod fitting(Method method) {
    if (bean != null && Modifier.isPrivate(method.getModifiers())) {
      return null;
    }
    Class<?>[] types = method.getParameterTypes();
    int count = annotated.method().getParameterCount();
    if (types.length == count && takesArguments(method, 0)) {
      return FallbackMethod.of(method, owner, null, Takes.ARGUMENTS);
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
    for (int i = 0; i < annotated.method().getParameterCount(); i++) {
      ResolvableType given =
          ResolvableType.forMethodParameter(annotated.method(), i, annotated.type());
      ResolvableType taken = ResolvableType.forMethodParameter(method, from + i, owner);
      if (!ReturnTypes.assignable(taken, given)) {
        return false;
      }
    }
    return true;
  }

  private void checkReturn(Method method) {
    ResolvableType wanted =
        ResolvableType.forMethodReturnType(annotated.method(), annotated.type());
    ResolvableType given = ResolvableType.forMethodReturnType(method, owner);
    if (ReturnTypes.fits(returned, wanted, given)) {
      return;
    }
    boolean nothing = wanted.resolve(Object.class) == void.class;
    throw Mistake.in(
        annotated,
        nothing
            ? "The method returns nothing, and its fallback "
                + described(method)
                + " returns "
                + given
                + ", which would be lost."
            : "The method returns "
                + wanted
                + ", and its fallback "
                + described(method)
                + " returns "
                + given
                + ".",
        nothing
            ? "Let the fallback return void."
            : "Let the fallback return "
                + wanted
                + (returned == Returned.FUTURE || returned == Returned.MONO
                    ? " or its plain value " + wanted.getGeneric(0) + "."
                    : "."));
  }

  private void checkExceptions(List<FallbackMethod> found) {
    for (int i = 0; i < found.size(); i++) {
      FallbackMethod method = found.get(i);
      for (FallbackMethod other : found.subList(i + 1, found.size())) {
        if (Objects.equals(method.exception(), other.exception())) {
          throw Mistake.in(
              annotated,
              "Two fallbacks take "
                  + (method.exception() == null
                      ? "no exception"
                      : "the same exception, " + method.exception().getName())
                  + ": "
                  + described(method.method())
                  + " and "
                  + described(other.method())
                  + ".",
              "Remove or rename one of them, or let them take different exceptions.");
        }
      }
      if (method.exception() != null && !rule.mayLeadTo(method.exception())) {
        throw Mistake.in(
            annotated,
            "The fallback "
                + described(method.method())
                + " would never be called, for applyOn is "
                + rule.applyOn().stream().map(Class::getName).toList()
                + ".",
            "Add "
                + method.exception().getSimpleName()
                + ".class to applyOn, or let it take an"
                + " exception that is there.");
      }
    }
  }

  private InvalidLlmFallbackException missing() {
    String place =
        bean == null ? owner.getName() : "the bean \"" + bean + "\" (" + owner.getName() + ")";
    List<Method> all = ofOwner(owner);
    Set<String> names =
        all.stream().map(Method::getName).collect(Collectors.toCollection(LinkedHashSet::new));
    names.remove(annotated.method().getName());
    String others =
        all.stream()
            .filter(method -> method.getName().equals(name))
            .map(this::described)
            .collect(Collectors.joining(", "));
    String hint =
        others.isEmpty()
            ? Nearest.question(name, names)
            : " There is only "
                + others
                + ", which takes other parameters"
                + (bean == null ? "." : " or is private.");
    return Mistake.in(
        annotated,
        "There is no fallback method \"" + name + "\" in " + place + "." + hint,
        "Write one of these methods, with a type or subtype of the failure for the exception:\n"
            + expected());
  }

  private String expected() {
    String result =
        ResolvableType.forMethodReturnType(annotated.method(), annotated.type()).toString();
    String arguments =
        Arrays.stream(annotated.method().getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", "));
    Set<String> forms = new LinkedHashSet<>();
    String exception =
        rule.applyOn().size() == 1 ? rule.applyOn().get(0).getSimpleName() : "Exception";
    forms.add(arguments);
    forms.add(arguments.isEmpty() ? exception : arguments + ", " + exception);
    forms.add(arguments.isEmpty() ? exception : exception + ", " + arguments);
    forms.add(exception);
    return forms.stream()
        .map(form -> "    " + result + " " + name + "(" + form + ")")
        .collect(Collectors.joining("\n"));
  }

  private String described(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + Mistake.signature(method);
  }

  private static int depth(@Nullable Class<?> type) {
    int depth = 0;
    for (Class<?> up = type; up != null; up = up.getSuperclass()) {
      depth++;
    }
    return depth;
  }
}
