package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a mistake can be.
 *
 * @param service the interface
 * @param method its method; null if it is about the interface itself
 */
record Site(Class<?> service, @Nullable Method method) {

  /** An exception that says what is wrong here and what to do about it. */
  SetupException wrong(String what, String action) {
    return new SetupException("@LlmService " + this + ": " + what, action);
  }

  @Override
  public String toString() {
    if (method == null) {
      return service.getName();
    }
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", service.getName() + "." + method.getName() + "(", ")"));
  }
}
