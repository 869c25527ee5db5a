/** The front door: {@link io.github.resilientllm.ResilientLlm}. */
@NullMarked
package io.github.resilientllm;

import org.jspecify.annotations.NullMarked;
