/**
 * The outbox in files: {@code Shelf} is what is where, in memory; {@code ItemRecord} what is
 * written of it, and {@code Replay} puts it there again; {@code FileStore} keeps the one by the
 * other, in segments that are conversations of a journal's directory. What knows how to ask a model
 * is not here but in {@code drain}.
 */
@NullMarked
package io.github.resilientllm.internal.outbox.shelf;

import org.jspecify.annotations.NullMarked;
