package io.github.resilientllm.spring.docs;

import io.github.resilientllm.spring.LlmSse;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The documentation's example of a controller that streams. */
@RestController
class Answers {
  private final Support support;
  private final LlmSse answers;

  Answers(Support support, LlmSse answers) {
    this.support = support;
    this.answers = answers;
  }

  @PostMapping("/questions")
  SseEmitter ask(@RequestBody String question) {
    return answers.send(support.tell(question));
  }
}
