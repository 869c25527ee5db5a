/**
 * Spring AI over this library and this library over Spring AI: {@link
 * io.github.resilientllm.springai.SpringAi} is the front door.
 */
@NullMarked
package io.github.resilientllm.springai;

import org.jspecify.annotations.NullMarked;
