/**
 * The outbox in PostgreSQL: {@code Items} is the store, {@code ItemStatements} every statement,
 * {@code Contents} how work and answers are stored, {@code Room} how much there may be. How tables
 * are reached and what failures mean is {@code internal.sql}'s; whose fault a failure of a vendor
 * is, and how fast anything is asked, is not known here.
 */
@NullMarked
package io.github.resilientllm.postgres.internal.outbox;

import org.jspecify.annotations.NullMarked;
