/**
 * Conversations: what was said, the turn that is going on, and how both become entries of a
 * journal.
 *
 * <p>{@code TurnRounds} runs a turn, call after call with tools in between; {@code TurnScribe} says
 * what each call sends and keeps what it says; {@code Floor} is the right to speak and to write;
 * {@code Entries} tells journal and {@code Transcript} the same thing; {@code Await} waits for a
 * journal. What may not live here: how an entry lies on a disk ({@code journal}).
 */
@NullMarked
package io.github.resilientllm.internal.conversation;

import org.jspecify.annotations.NullMarked;
