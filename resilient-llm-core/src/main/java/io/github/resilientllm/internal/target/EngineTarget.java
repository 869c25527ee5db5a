package io.github.resilientllm.internal.target;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A target as one client's calls see it: what all clients share about it, and what this client's
 * policies say.
 *
 * @param told says what it can do and hold
 * @param budget its own, or that of the group that it is a member of
 * @param clocks how long an attempt at it may take
 * @param slowNanos a first token later than this counts as a failure
 * @param breakerListener held here because the standing does not; see {@link Standing#subscribe}
 */
public record EngineTarget(
    String name,
    LlmProvider provider,
    Supplier<Capabilities> told,
    Standing standing,
    RetryBudget budget,
    Retry retry,
    Clocks clocks,
    long slowNanos,
    BiConsumer<BreakerState, BreakerState> breakerListener) {

  /** What it can do and hold. */
  public Capabilities capabilities() {
    return told.get();
  }
}
