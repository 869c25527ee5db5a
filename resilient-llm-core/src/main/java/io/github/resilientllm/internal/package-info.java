/**
 * The engine: {@code Race} decides, {@code Call} acts, {@code LiveAttempt} is one attempt on the
 * wire.
 */
@NullMarked
package io.github.resilientllm.internal;

import org.jspecify.annotations.NullMarked;
