/**
 * The policies: small immutable values, each with defaults that are right for chat completions and
 * each with a way to switch it off.
 */
@NullMarked
package io.github.resilientllm.policy;

import org.jspecify.annotations.NullMarked;
