package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.fallback.LlmFallbackConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Import;

/** Makes {@code @LlmFallback} work, unless {@code resilient-llm.annotation.enabled} is false. */
@AutoConfiguration
@ConditionalOnProperty(
    prefix = "resilient-llm",
    name = {"enabled", "annotation.enabled"},
    matchIfMissing = true)
@Import(LlmFallbackConfiguration.class)
public final class LlmFallbackAutoConfiguration {}
