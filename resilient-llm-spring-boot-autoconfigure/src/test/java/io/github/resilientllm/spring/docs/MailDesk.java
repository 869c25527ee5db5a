package io.github.resilientllm.spring.docs;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;

/** The documentation's example of a last resort that keeps the question. */
class MailDesk {
  private final LlmClient llm;

  MailDesk(LlmClient llm) {
    this.llm = llm;
  }

  @LlmFallback(outbox = "reply", method = "byMail")
  public String answer(String to, String question) {
    return llm.chat(question).text();
  }

  String byMail(LlmException failure) {
    return "We cannot answer just now, and will write to you.";
  }
}
