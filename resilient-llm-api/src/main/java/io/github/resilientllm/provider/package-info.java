/**
 * What a vendor implements: {@link io.github.resilientllm.provider.LlmProvider}, one attempt at one
 * model, without retries.
 */
@NullMarked
package io.github.resilientllm.provider;

import org.jspecify.annotations.NullMarked;
