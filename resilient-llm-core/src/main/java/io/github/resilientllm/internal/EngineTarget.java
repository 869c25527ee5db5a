package io.github.resilientllm.internal;

import io.github.resilientllm.internal.guard.TargetGuard;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;

/**
 * A target as the engine sees it.
 *
 * @param group the group that it is a member of; negative if none
 */
public record EngineTarget(
    String name,
    LlmProvider provider,
    TargetGuard guard,
    Concurrency concurrency,
    RateLimit rateLimit,
    boolean ejectedWhenLast,
    Capabilities capabilities,
    int group) {}
