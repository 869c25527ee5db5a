/**
 * The race: what a call does next, decided without clock, threads, I/O or targets.
 *
 * <p>Here live the decisions: which rung, which member, whether to retry, wait, pay, hedge, move on
 * or end ({@code Race}, {@code Rung}, {@code Candidate}), in which order refusals count ({@code
 * Refusal}) and how long a backoff is ({@code Backoff}). What may not: whatever acts, waits or
 * knows what a target is. It knows the vocabulary and the policies; {@code call} asks it and does
 * what it says.
 */
@NullMarked
package io.github.resilientllm.internal.race;

import org.jspecify.annotations.NullMarked;
