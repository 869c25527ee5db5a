/**
 * What a vendor's error means: its body in any of their shapes ({@code ErrorBody}), the words and
 * statuses that decide ({@code ErrorKinds}; the table is docs/errors.md), and how long to wait
 * ({@code Delays}).
 *
 * <p>What may not live here: what becomes of a failure, which the engine decides. It knows {@code
 * json} and {@code head}. Bedrock has words of its own, in its room.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.errors;

import org.jspecify.annotations.NullMarked;
