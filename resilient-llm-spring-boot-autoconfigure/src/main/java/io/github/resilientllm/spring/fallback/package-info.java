/** What makes {@code @LlmFallback} work; not for applications. */
@NullMarked
package io.github.resilientllm.spring.fallback;

import org.jspecify.annotations.NullMarked;
