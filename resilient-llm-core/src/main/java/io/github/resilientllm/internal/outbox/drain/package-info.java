/**
 * Bringing waiting work through: {@code Ramp} and {@code Blame} decide, know no clock and no thread
 * and are driven by tests; {@code Drain} acts on what they say. It knows a store by its SPI alone;
 * asking the model and handling answers come in from outside.
 */
@NullMarked
package io.github.resilientllm.internal.outbox.drain;

import org.jspecify.annotations.NullMarked;
