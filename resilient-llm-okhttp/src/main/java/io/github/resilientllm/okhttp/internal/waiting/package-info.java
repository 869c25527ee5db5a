/**
 * How an attempt waits for what has no socket to close: a name, a key ({@code Closing}), on which
 * threads what may hang runs ({@code Aside}), and the time by which things grow old ({@code
 * Elapsed}).
 *
 * <p>What may not live here: anything that knows what is waited for. It knows nobody; {@code
 * identity}, {@code connection} and {@code http} wait by it.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.waiting;

import org.jspecify.annotations.NullMarked;
