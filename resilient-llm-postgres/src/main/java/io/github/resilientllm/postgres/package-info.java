/**
 * Conversations and waiting work in PostgreSQL: {@link
 * io.github.resilientllm.postgres.PostgresJournal}, {@link
 * io.github.resilientllm.postgres.PostgresOutbox}, and {@link
 * io.github.resilientllm.postgres.PostgresSchema} for their tables.
 */
@NullMarked
package io.github.resilientllm.postgres;

import org.jspecify.annotations.NullMarked;
