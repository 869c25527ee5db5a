package io.github.resilientllm.startup.asking;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.UserMessage;
import io.github.resilientllm.startup.Started;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The same with a model behind the service, by the annotation and by an interface. */
@SpringBootApplication
public class Shop {

  /** Starts it, says what that took and ends it. */
  public static void main(String[] args) {
    Started.say(SpringApplication.run(Shop.class, args));
  }

  /** Says what a question is about. */
  @LlmService(policy = "quick")
  interface Triage {
    @UserMessage("What is this question about? {{question}}")
    Label label(String question);
  }

  /**
   * What a question is about.
   *
   * @param topic its topic
   * @param urgent whether it should not wait
   */
  record Label(String topic, boolean urgent) {}

  /** Answers by the model, or as it is written. */
  @Service
  static class Desk {
    private final LlmClient llm;
    private final Triage triage;

    Desk(LlmClient llm, Triage triage) {
      this.llm = llm;
      this.triage = triage;
    }

    @LlmFallback(policy = "careful", method = "offline")
    public String answer(String question) {
      return llm.chat(triage.label(question).topic() + ": " + question).text();
    }

    String offline(String question) {
      return "We have no answer to " + question;
    }
  }

  /** Who asks. */
  @RestController
  static class Counter {
    private final Desk desk;

    Counter(@Lazy Desk desk) {
      this.desk = desk;
    }

    @GetMapping("/answer")
    String answer(String question) {
      return desk.answer(question);
    }
  }
}
