package io.github.resilientllm.examples.desk;

import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.UserMessage;

/** Sorts questions by what they are about. */
@LlmService("triage")
interface Triage {

  /** Says what a question is about. */
  @LlmFallback(method = "unsorted")
  @UserMessage("Classify this question to the support of a web shop: {{question}}")
  Label label(String question);

  /** What is done with a question that no model sorts: somebody will look at it. */
  default Label unsorted() {
    return new Label(Topic.OTHER, false);
  }

  /**
   * What a question is about.
   *
   * @param topic what it is about
   * @param urgent whether it should not wait
   */
  record Label(Topic topic, boolean urgent) {}

  /** What questions are about. */
  enum Topic {
    DELIVERY,
    REFUND,
    ACCOUNT,
    INVOICE,
    OTHER
  }
}
