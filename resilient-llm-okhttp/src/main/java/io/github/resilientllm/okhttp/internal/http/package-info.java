/**
 * One attempt on the wire: a vendor's {@code Protocol} inside HTTP, sent, read, ended by anybody at
 * any time, and what a break means ({@code Breaks}).
 *
 * <p>What may not live here: a vendor, and a retry of what a server may have processed. It knows
 * {@code connection}, {@code identity}, {@code stream}, {@code head} and {@code json}.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.http;

import org.jspecify.annotations.NullMarked;
