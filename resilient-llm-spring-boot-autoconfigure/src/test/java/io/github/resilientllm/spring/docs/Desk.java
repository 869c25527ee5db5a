package io.github.resilientllm.spring.docs;

import io.github.resilientllm.chat.LlmClient;
import org.springframework.stereotype.Service;

/** The documentation's first example. */
@Service
class Desk {
  private final LlmClient llm;

  Desk(LlmClient llm) {
    this.llm = llm;
  }

  String answer(String question) {
    return llm.chat(question).text(); // gpt, and claude when gpt cannot
  }
}
