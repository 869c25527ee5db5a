/**
 * The policies: small immutable values, each with defaults that are right for chat completions.
 * Those that add an act of their own, such as retries, can be switched off.
 */
@NullMarked
package io.github.resilientllm.policy;

import org.jspecify.annotations.NullMarked;
