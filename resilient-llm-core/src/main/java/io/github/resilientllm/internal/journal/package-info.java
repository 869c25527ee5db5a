/**
 * The door to a journal in files: a directory of conversations, and what deletes old ones.
 *
 * <p>Rooms below, each knowing only those before it: {@code line} (what stands in a file), {@code
 * file} (the disk and the writing), {@code check} (reading a file with judgement: recovery,
 * verification, repair, listing). What a conversation means by its entries is in {@code
 * internal.conversation}.
 */
@NullMarked
package io.github.resilientllm.internal.journal;

import org.jspecify.annotations.NullMarked;
