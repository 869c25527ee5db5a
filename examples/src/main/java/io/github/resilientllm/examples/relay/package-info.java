/** The relay: one conversation that several vendors run in turn. */
@NullMarked
package io.github.resilientllm.examples.relay;

import org.jspecify.annotations.NullMarked;
