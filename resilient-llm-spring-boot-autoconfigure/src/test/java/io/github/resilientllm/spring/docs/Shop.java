package io.github.resilientllm.spring.docs;

import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;

/** The documentation's example of one method's last resort. */
@LlmService
interface Shop {
  @LlmFallback(method = "closed")
  String sell(String goods);

  default String closed(String goods, LlmException failure) {
    return "We are closed.";
  }
}
