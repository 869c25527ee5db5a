/**
 * What everything here that is kept in PostgreSQL shares: connections and transactions ({@code
 * Database}), what a failure means ({@code Trouble}), the tables and their versions ({@code
 * Schema}), and threads ({@code Workers}). It knows no journal and no outbox.
 */
@NullMarked
package io.github.resilientllm.postgres.internal.sql;

import org.jspecify.annotations.NullMarked;
