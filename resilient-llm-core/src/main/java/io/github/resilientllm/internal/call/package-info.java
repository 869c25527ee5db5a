/**
 * A call: from its first attempt to its one end.
 *
 * <p>{@code Call} is pulled by whoever reads it (blocking, async or as a stream: {@code Engine} and
 * the classes that end in {@code Exchange}, {@code Stream} and {@code AsyncCall} are its faces).
 * {@code Opening} asks the race for moves and makes them, {@code Entrance} asks targets for
 * permits, {@code Raced} runs attempts beside each other, {@code LiveAttempt} is one on the wire,
 * {@code Reading} reads the one that won, {@code Accounts} ends each. {@code Frame} is what holds
 * for the whole call, {@code Hold} is who may read or end it. Read them in this order; what an
 * attempt is ({@code LiveAttempt}) those after it know as well. What a broken answer means and how
 * long to queue is decided here. What may not live here: which attempt comes next ({@code race}),
 * and what calls share ({@code target}). A conversation takes part as a {@code Scribe}.
 */
@NullMarked
package io.github.resilientllm.internal.call;

import org.jspecify.annotations.NullMarked;
