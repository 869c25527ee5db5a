/**
 * What all calls share about a target: its breaker, its limits and the vendor's, the rate that
 * refusals leave it, its retry budget and how fast it has been.
 *
 * <p>{@code Standing} is all of it but the retry budget, which the members of a group have in
 * common; {@code Shared} holds both. A call asks it for a {@code Permit}, owns that, and says how
 * the attempt ended. What may not live here: anything about one call. The only room that knows
 * Failsafe. Its neighbour {@code race} decides what a refusal means for a call; {@code call} tells
 * the one what the other said.
 */
@NullMarked
package io.github.resilientllm.internal.target;

import org.jspecify.annotations.NullMarked;
