/**
 * An answer as it arrives: bytes that are bounded, server-sent events, the frames of AWS, and when
 * an answer is complete ({@code StreamedAnswer}, {@code WholeAnswer}, {@code Draft}).
 *
 * <p>What may not live here: a vendor's words, and sockets. It knows {@code json} and {@code head};
 * the vendors' readers stand on it.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.stream;

import org.jspecify.annotations.NullMarked;
