/**
 * A front door per vendor, such as {@link io.github.resilientllm.okhttp.OpenAi}, each of which
 * builds an {@link io.github.resilientllm.provider.LlmProvider}.
 */
@NullMarked
package io.github.resilientllm.okhttp;

import org.jspecify.annotations.NullMarked;
