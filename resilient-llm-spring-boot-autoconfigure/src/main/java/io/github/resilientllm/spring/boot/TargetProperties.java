package io.github.resilientllm.spring.boot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One model at one provider.
 *
 * @param provider The name of a provider or of an LlmProvider bean. By default the target's own
 *     name.
 * @param bean The name of a framework's model bean, such as openAiChatModel of Spring AI, or of an
 *     LlmProvider bean, that is asked instead of a provider.
 * @param model The model's name as the vendor knows it; none for an LlmProvider bean.
 * @param contextWindow The size of its context window in tokens, if the provider does not know it.
 * @param circuitBreaker A circuit breaker of its own, instead of the policy's.
 * @param concurrency A concurrency limit of its own, instead of the policy's.
 * @param rateLimit A rate limit of its own, instead of the policy's.
 * @param budget A bound of its own on what retries add to its load, instead of the policy's.
 * @param retry How often it is asked again, instead of what the policy says.
 * @param attemptTimeout One attempt, instead of what the policy says.
 * @param firstTokenTimeout One attempt to its first content, instead of what the policy says.
 * @param thinkingTimeout The same for a model that may think in silence.
 * @param stallTimeout The silence between two pieces of a stream, instead of what the policy says.
 * @param options What this model is asked for where neither a request nor its policy says it.
 */
record TargetProperties(
    @Nullable String provider,
    @Nullable String bean,
    @Nullable String model,
    @Nullable Integer contextWindow,
    @Nullable CircuitBreakerProperties circuitBreaker,
    @Nullable ConcurrencyProperties concurrency,
    @Nullable RateLimitProperties rateLimit,
    PolicyProperties.@Nullable BudgetProperties budget,
    PolicyProperties.@Nullable RetryProperties retry,
    @Nullable Duration attemptTimeout,
    @Nullable Duration firstTokenTimeout,
    @Nullable Duration thinkingTimeout,
    @Nullable Duration stallTimeout,
    @Nullable OptionsProperties options) {}
