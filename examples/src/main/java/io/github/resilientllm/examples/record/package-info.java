/** {@code record}: a real vendor's answers, for local vendors to play. */
@NullMarked
package io.github.resilientllm.examples.record;

import org.jspecify.annotations.NullMarked;
