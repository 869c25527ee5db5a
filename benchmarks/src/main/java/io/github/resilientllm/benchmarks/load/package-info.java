/** The clients that the load driver measures and that need no class path of their own. */
@NullMarked
package io.github.resilientllm.benchmarks.load;

import org.jspecify.annotations.NullMarked;
