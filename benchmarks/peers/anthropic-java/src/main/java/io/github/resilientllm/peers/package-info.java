/** A peer on the scorecard. */
@NullMarked
package io.github.resilientllm.peers;

import org.jspecify.annotations.NullMarked;
