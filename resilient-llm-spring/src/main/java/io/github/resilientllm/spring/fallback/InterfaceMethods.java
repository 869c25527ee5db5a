package io.github.resilientllm.spring.fallback;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/** By which interfaces a class's method is called. */
final class InterfaceMethods {
  private InterfaceMethods() {}

  /** The interface methods that this one implements, also those of a generic interface. */
  static List<Method> of(Method method, Class<?> type) {
    List<Method> found = new ArrayList<>();
    for (Class<?> declaring : ClassUtils.getAllInterfacesForClassAsSet(type)) {
      for (Method candidate : declaring.getMethods()) {
        if (candidate.getName().equals(method.getName())
            && AopUtils.getMostSpecificMethod(candidate, type).equals(method)) {
          found.add(candidate);
        }
      }
    }
    return found;
  }
}
