/** A peer, as the load driver measures it. */
@NullMarked
package io.github.resilientllm.peers;

import org.jspecify.annotations.NullMarked;
