/** {@code simulate}: what an outage would cost, policy beside policy. */
@NullMarked
package io.github.resilientllm.examples.simulate;

import org.jspecify.annotations.NullMarked;
