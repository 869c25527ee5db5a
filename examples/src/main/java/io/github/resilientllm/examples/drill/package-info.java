/** The drill: an outage played by local vendors, worked through by two clients, and a report. */
@NullMarked
package io.github.resilientllm.examples.drill;

import org.jspecify.annotations.NullMarked;
