/** How {@link io.github.resilientllm.FileJournal} keeps conversations in files. */
@NullMarked
package io.github.resilientllm.internal.journal;

import org.jspecify.annotations.NullMarked;
