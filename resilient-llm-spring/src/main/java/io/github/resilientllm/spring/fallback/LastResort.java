package io.github.resilientllm.spring.fallback;

import org.jspecify.annotations.Nullable;

/** What answers for a method that failed. */
interface LastResort {

  /** Whether it has an answer to this failure. */
  boolean takes(Throwable failure);

  /**
   * Answers.
   *
   * @param call the one that failed
   * @throws Throwable what the fallback throws
   */
  @Nullable Object answer(Failover call, Throwable failure) throws Throwable;
}
