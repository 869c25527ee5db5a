/**
 * Conversations: what was said, the turn that is going on, and how both become entries of a
 * journal.
 */
@NullMarked
package io.github.resilientllm.internal.conversation;

import org.jspecify.annotations.NullMarked;
