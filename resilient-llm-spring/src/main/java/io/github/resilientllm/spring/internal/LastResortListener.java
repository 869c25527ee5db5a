package io.github.resilientllm.spring.internal;

/**
 * A bean that hears when a last resort answers for a method: the models' answer is not what one
 * gets.
 */
@FunctionalInterface
public interface LastResortListener {

  /**
   * A last resort was asked.
   *
   * @param method the class and method that it stands in for, such as {@code Desk.answer}
   * @param failure why
   * @param answered whether it had an answer, and did not throw
   */
  void asked(String method, Throwable failure, boolean answered);
}
