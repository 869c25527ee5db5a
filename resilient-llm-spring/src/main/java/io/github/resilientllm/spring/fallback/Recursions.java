package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Fallbacks that have fallbacks: allowed, unless one leads back to itself. */
final class Recursions {
  private Recursions() {}

  /**
   * Follows each method's fallbacks.
   *
   * @throws SetupException if a method is its own fallback's fallback
   */
  static void check(Collection<AnnotatedMethod> methods, Function<AnnotatedMethod, Plan> plans) {
    Map<Method, Plan> byMethod = new HashMap<>();
    methods.forEach(method -> byMethod.put(method.method(), plans.apply(method)));
    for (AnnotatedMethod method : methods) {
      follow(method, method.method(), byMethod, new ArrayList<>());
    }
  }

  private static void follow(
      AnnotatedMethod start, Method method, Map<Method, Plan> plans, List<Method> path) {
    path.add(method);
    Plan plan = plans.get(method);
    if (plan == null || !(plan.lastResort() instanceof FallbackMethods fallbacks)) {
      return;
    }
    for (FallbackMethod next : fallbacks.methods()) {
      if (next.method().equals(start.method())) {
        throw start.wrong(
            "Its fallback leads back to it: "
                + String.join(" -> ", path.stream().map(Names::signature).toList())
                + " -> "
                + Names.signature(start.method())
                + ".",
            "Remove the annotation from the last fallback, or give it another one.");
      }
      if (fallbacks.bean() == null && !path.contains(next.method())) {
        follow(start, next.method(), plans, new ArrayList<>(path));
      }
    }
  }
}
