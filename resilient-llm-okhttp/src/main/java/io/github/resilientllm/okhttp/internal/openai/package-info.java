/**
 * OpenAI's chat completions, and the servers that speak them with differences ({@code Traits}).
 *
 * <p>The three nouns of each vendor: the model (in {@code models}), the plan (what of a request is
 * sent, what is left out, why not) and its writer, and the reader of answers. What may not live
 * here: another vendor. {@code responses}, the other protocol of this vendor, is the only room that
 * knows this one.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.openai;

import org.jspecify.annotations.NullMarked;
