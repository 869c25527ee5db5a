/**
 * OpenAI's Responses API, and responses that run by themselves at the vendor's (ADR 31).
 *
 * <p>It knows {@code openai} for what both protocols share: traits and obstacles. Plan, writer and
 * reader are its own. What may not live here: chat completions.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.responses;

import org.jspecify.annotations.NullMarked;
