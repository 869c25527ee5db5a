package io.github.resilientllm.spring.observe;

import java.util.Map;

/** What there is to say of something's health, in the words of either line of Boot. */
interface HealthView {
  Said now();

  /**
   * What is said.
   *
   * @param status the code of the status
   */
  record Said(String status, Map<String, Object> details) {}
}
