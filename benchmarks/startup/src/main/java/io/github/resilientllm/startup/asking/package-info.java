/** The application that asks a model, by all that the starter offers. */
@NullMarked
package io.github.resilientllm.startup.asking;

import org.jspecify.annotations.NullMarked;
