package io.github.resilientllm.spring.fallback;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What is wrong with one annotation.
 *
 * @param where the class and method
 * @param what a sentence that names the values
 * @param remedy what to change
 */
record Mistake(String where, String what, String remedy) {

  static InvalidLlmFallbackException in(AnnotatedMethod annotated, String what, String remedy) {
    return new InvalidLlmFallbackException(
        new Mistake(
            annotated.type().getName() + "." + signature(annotated.method()), what, remedy));
  }

  /** A method as people write it, without its package names. */
  static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }
}
