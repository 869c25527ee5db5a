package io.github.resilientllm.spring;

import java.util.List;

/**
 * Says that somebody has taken a target back into service by the actuator's endpoint {@code
 * resilientllm}; an application event, for an audit. Listeners hear it on the thread of the
 * operation, which knows who that was.
 *
 * @param target the target's name
 * @param policies the policies that ask it
 */
public record LlmTargetReset(String target, List<String> policies) {

  /** Copies the list. */
  public LlmTargetReset {
    policies = List.copyOf(policies);
  }
}
