/** The application without a model. */
@NullMarked
package io.github.resilientllm.startup.plain;

import org.jspecify.annotations.NullMarked;
