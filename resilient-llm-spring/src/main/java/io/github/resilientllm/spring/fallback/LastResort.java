package io.github.resilientllm.spring.fallback;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** What answers for a method that failed. */
interface LastResort {

  /** Whether it has an answer to this failure. */
  boolean takes(Throwable failure);

  /**
   * Answers.
   *
   * @param method the annotated method
   * @param proxy the bean as others see it
   * @throws Throwable what the fallback throws
   */
  @Nullable Object answer(Method method, Object proxy, Object[] arguments, Throwable failure)
      throws Throwable;
}
