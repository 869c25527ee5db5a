package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

/** What is wrong with an annotation, in words. */
final class Mistake {
  private Mistake() {}

  /**
   * A mistake in an annotation.
   *
   * @param what a sentence that names the values
   * @param remedy what to change
   */
  static SetupException in(AnnotatedMethod annotated, String what, String remedy) {
    return new SetupException(
        "@LlmFallback on " + annotated.where() + " cannot work:\n\n    " + what, remedy);
  }

  /** A question to put behind a sentence about a name; empty if none is near. */
  static String didYouMean(String written, Collection<String> known) {
    return Nearest.to(written, known).map(near -> " Did you mean \"" + near + "\"?").orElse("");
  }

  /** A method as people write it, without its package names. */
  static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }
}
