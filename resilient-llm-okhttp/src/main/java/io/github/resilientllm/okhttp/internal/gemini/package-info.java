/**
 * Google's {@code generateContent}, by the Gemini API and by Vertex AI.
 *
 * <p>The three nouns of each vendor: the model (in {@code models}), the plan and its writer, and
 * the reader of answers. What may not live here: another vendor; Gemini in OpenAI's words is a
 * dialect of {@code openai}.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.gemini;

import org.jspecify.annotations.NullMarked;
