package io.github.resilientllm.spring.boot;

import org.jspecify.annotations.Nullable;

/**
 * One model at one provider.
 *
 * @param provider The name of a provider or of an LlmProvider bean. By default the target's own
 *     name.
 * @param model The model's name as the vendor knows it; none for an LlmProvider bean.
 * @param contextWindow The size of its context window in tokens, if the provider does not know it.
 * @param circuitBreaker A circuit breaker of its own, instead of the policy's.
 * @param concurrency A concurrency limit of its own, instead of the policy's.
 * @param rateLimit A rate limit of its own, instead of the policy's.
 */
record TargetProperties(
    @Nullable String provider,
    @Nullable String model,
    @Nullable Integer contextWindow,
    @Nullable CircuitBreakerProperties circuitBreaker,
    @Nullable ConcurrencyProperties concurrency,
    @Nullable RateLimitProperties rateLimit) {}
