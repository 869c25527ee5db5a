/**
 * Who sends a request: what a vendor wants with it ({@code Secret}), where on it that stands
 * ({@code Credential}), and how it is kept and renewed while whoever gives it may hang ({@code
 * Supplied}, {@code Renewing}).
 *
 * <p>What may not live here: the way of one vendor (that of AWS is in {@code bedrock}), and any
 * text that shows a secret. It knows {@code waiting} only.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.identity;

import org.jspecify.annotations.NullMarked;
