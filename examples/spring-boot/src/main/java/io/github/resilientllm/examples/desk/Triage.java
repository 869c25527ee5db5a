package io.github.resilientllm.examples.desk;

import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.UserMessage;

/** Sorts questions by what they are about. */
@LlmService(policy = "triage", fallback = Unsorted.class)
interface Triage {

  /** Says what a question is about. */
  @UserMessage("Classify this question to the support of a web shop: {{question}}")
  Label label(String question);

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
