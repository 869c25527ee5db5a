package io.github.resilientllm.spring;

import io.github.resilientllm.chat.BreakerState;
import java.util.List;

/**
 * Says that a target's circuit breaker has opened, tries a probe or is closed again; an application
 * event, told once however many policies ask the target.
 *
 * @param target the target's name
 * @param from the state before
 * @param to the state now
 * @param policies the policies that ask it
 */
public record LlmBreakerChanged(
    String target, BreakerState from, BreakerState to, List<String> policies) {

  /** Copies the list. */
  public LlmBreakerChanged {
    policies = List.copyOf(policies);
  }
}
