/**
 * What keeps work that waits: {@link io.github.resilientllm.outbox.OutboxStore}, a durable queue of
 * {@linkplain io.github.resilientllm.outbox.OutboxItem items} that several machines may share.
 */
@NullMarked
package io.github.resilientllm.outbox;

import org.jspecify.annotations.NullMarked;
