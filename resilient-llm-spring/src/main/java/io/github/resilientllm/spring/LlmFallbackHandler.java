package io.github.resilientllm.spring;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bean that answers for methods whose model calls failed; see {@link LlmFallback#handler()}.
 *
 * <pre>{@code
 * @Component
 * class Apology implements LlmFallbackHandler<String> {
 *   @Override
 *   public String handle(Failed call) {
 *     return "Sorry, try again later.";
 *   }
 * }
 * }</pre>
 *
 * @param <T> what the methods return, or the plain value of their future or {@code Mono}; {@code
 *     Void} for methods that return nothing
 */
@FunctionalInterface
public interface LlmFallbackHandler<T extends @Nullable Object> {

  /**
   * Answers for a method; safe for several threads.
   *
   * @throws Exception which the method's caller gets, with the failure as suppressed exception
   */
  T handle(Failed call) throws Exception;

  /**
   * What failed.
   *
   * @param method the annotated method
   * @param arguments what it was called with, nulls included
   * @param failure how it ended
   */
  record Failed(Method method, List<@Nullable Object> arguments, Throwable failure) {
    /** Copies the arguments. */
    public Failed {
      arguments = Collections.unmodifiableList(Arrays.asList(arguments.toArray()));
    }

    /** Shows no arguments. */
    @Override
    public String toString() {
      return "Failed[" + method.getName() + ", " + failure.getClass().getName() + "]";
    }
  }
}
