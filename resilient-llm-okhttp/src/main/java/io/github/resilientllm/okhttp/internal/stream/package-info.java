/**
 * An answer as it arrives: bytes that are bounded, server-sent events, the frames of AWS, and when
 * an answer is complete ({@code StreamedAnswer}, {@code WholeAnswer}). A vendor gives them its
 * answer so far ({@code Draft}) and what reads an event or an object into it ({@code EventReader},
 * {@code WholeAnswer.Reader}).
 *
 * <p>What may not live here: a vendor's words, and sockets. It knows {@code json} and {@code head};
 * the vendors' readers stand on it.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.stream;

import org.jspecify.annotations.NullMarked;
