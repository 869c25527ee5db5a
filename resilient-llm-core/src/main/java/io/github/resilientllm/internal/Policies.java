package io.github.resilientllm.internal;

import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;

/**
 * The policies that hold for every call of a client.
 *
 * <p>The clocks are kept in nanoseconds beside their policy, to be converted once and not per
 * chunk.
 */
public record Policies(
    Retry retry,
    Hedge hedge,
    Fallback fallback,
    Timeouts timeouts,
    long deadlineNanos,
    long attemptNanos,
    long firstTokenNanos,
    long stallNanos,
    long patienceNanos) {

  /** The policies with their clocks converted. */
  public static Policies of(Retry retry, Hedge hedge, Fallback fallback, Timeouts timeouts) {
    return new Policies(
        retry,
        hedge,
        fallback,
        timeouts,
        timeouts.deadline().toNanos(),
        timeouts.attempt().toNanos(),
        timeouts.firstToken().toNanos(),
        timeouts.stall().toNanos(),
        fallback.patience().toNanos());
  }
}
