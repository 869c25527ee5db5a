package io.github.resilientllm.spring.readme;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;

/** The README's example of a fallback. */
class SupportDesk {
  private final LlmClient llm;

  SupportDesk(LlmClient llm) {
    this.llm = llm;
  }

  @LlmFallback(method = "offline", conversation = "#ticket", timeout = "30s")
  public String answer(String ticket, String question) {
    return llm.chat(question).text(); // an injected LlmClient
  }

  String offline(String ticket, String question, LlmException failure) {
    return "Nobody can be reached just now. We will write to you.";
  }
}
