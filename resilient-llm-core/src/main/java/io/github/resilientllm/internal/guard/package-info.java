/**
 * What stands before each target and is shared by all calls: breaker, limits, budget and the
 * latencies learnt. The only package that knows Failsafe.
 */
@NullMarked
package io.github.resilientllm.internal.guard;

import org.jspecify.annotations.NullMarked;
