package io.github.resilientllm.spring;

import io.github.resilientllm.chat.BreakerState;
import java.util.List;

/**
 * Says that somebody has forced a target's circuit breaker by the actuator's endpoint {@code
 * resilientllm}; an application event, for an audit. Listeners hear it on the thread of the
 * operation, which knows who that was. {@link LlmTargetReset} says that it is given back.
 *
 * @param target the target's name
 * @param state open, so that no call asks it, or closed, so that it stays in service
 * @param policies the policies that ask it
 */
public record LlmTargetForced(String target, BreakerState state, List<String> policies) {

  /** Copies the list. */
  public LlmTargetForced {
    policies = List.copyOf(policies);
  }
}
