/** Time, vendors and callers for tests. */
@NullMarked
package io.github.resilientllm.testing;

import org.jspecify.annotations.NullMarked;
