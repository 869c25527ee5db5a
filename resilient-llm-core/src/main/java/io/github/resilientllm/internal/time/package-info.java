/** Where time comes from, and the one thread that watches for it to run out. */
@NullMarked
package io.github.resilientllm.internal.time;

import org.jspecify.annotations.NullMarked;
