package io.github.resilientllm.spring.test;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.UserMessage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application as its users write it: no test's idea is in it. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Shop {

  @Bean
  Desk desk(LlmClient llm) {
    return new Desk(llm);
  }

  /** Answers customers. */
  static class Desk {
    private final LlmClient llm;

    Desk(LlmClient llm) {
      this.llm = llm;
    }

    @LlmFallback(method = "offline")
    String answer(String question) {
      return llm.chat(question).text();
    }

    String offline(String question, LlmException failure) {
      return "We will write to you.";
    }
  }

  /** What a customer wants. */
  enum Wish {
    ORDER,
    COMPLAINT
  }

  /** Sorts letters. */
  @LlmService
  interface Sorter {
    @UserMessage("What does this customer want? {{letter}}")
    Wish sort(String letter);
  }
}
