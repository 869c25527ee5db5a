/** What stands behind an {@code LlmOutbox}: its handlers, its life, and its transactions. */
@NullMarked
package io.github.resilientllm.spring.outbox;

import org.jspecify.annotations.NullMarked;
