package io.github.resilientllm.spring;

import io.github.resilientllm.chat.ChatResponse;

/**
 * What a method of an {@link LlmService} was answered with, and all there is to say of the answer:
 * who gave it, what it took, and the attempts.
 *
 * @param value what the method would have returned alone
 * @param response the answer
 * @param <T> what the model's answer is read as
 */
public record LlmResult<T>(T value, ChatResponse response) {

  /** Shows no content. */
  @Override
  public String toString() {
    return "LlmResult[by " + response.answeredBy() + "]";
  }
}
