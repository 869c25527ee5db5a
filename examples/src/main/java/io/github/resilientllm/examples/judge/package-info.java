/** {@code judge}: a scorecard of this library, or of a gateway in any language. */
@NullMarked
package io.github.resilientllm.examples.judge;

import org.jspecify.annotations.NullMarked;
