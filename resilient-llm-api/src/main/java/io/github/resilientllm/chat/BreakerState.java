package io.github.resilientllm.chat;

/** Whether a target's circuit breaker lets calls through. */
public enum BreakerState {
  /** Calls go through. */
  CLOSED,
  /** Calls go elsewhere. */
  OPEN,
  /** One call probes whether the target has recovered. */
  HALF_OPEN
}
