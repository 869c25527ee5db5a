/**
 * Conversations in PostgreSQL: {@link io.github.resilientllm.postgres.PostgresJournal}, and {@link
 * io.github.resilientllm.postgres.PostgresSchema} for its tables.
 */
@NullMarked
package io.github.resilientllm.postgres;

import org.jspecify.annotations.NullMarked;
