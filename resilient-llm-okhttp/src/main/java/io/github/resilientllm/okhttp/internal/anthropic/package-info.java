/**
 * Anthropic's Messages API, at Anthropic and on Google's Vertex AI.
 *
 * <p>The three nouns of each vendor: the model ({@code Claude}, in {@code models}), the plan and
 * its writer, and the reader of answers. What may not live here: another vendor; Claude on AWS is
 * in {@code bedrock}.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.anthropic;

import org.jspecify.annotations.NullMarked;
