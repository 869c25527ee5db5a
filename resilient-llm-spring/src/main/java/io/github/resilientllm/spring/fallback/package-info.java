/**
 * What makes {@code @LlmFallback} work; an application without Spring Boot imports its
 * configuration.
 */
@NullMarked
package io.github.resilientllm.spring.fallback;

import org.jspecify.annotations.NullMarked;
