/**
 * What stands before a response's body: status and headers, ids, limits, durations, and which of a
 * server's words may be shown.
 *
 * <p>What may not live here: a body. It knows nobody.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.head;

import org.jspecify.annotations.NullMarked;
