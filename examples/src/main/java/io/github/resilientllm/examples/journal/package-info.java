/** What is kept of conversations: listed, shown, verified, repaired, exported, deleted. */
@NullMarked
package io.github.resilientllm.examples.journal;

import org.jspecify.annotations.NullMarked;
