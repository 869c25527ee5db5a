/**
 * What keeps conversations: {@link io.github.resilientllm.journal.Journal}, a durable list of
 * entries for each conversation, with one writer at a time.
 */
@NullMarked
package io.github.resilientllm.journal;

import org.jspecify.annotations.NullMarked;
