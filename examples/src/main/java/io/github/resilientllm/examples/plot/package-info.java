/** Plots as inline SVG, drawn without a library: scales, lines, lanes. */
@NullMarked
package io.github.resilientllm.examples.plot;

import org.jspecify.annotations.NullMarked;
