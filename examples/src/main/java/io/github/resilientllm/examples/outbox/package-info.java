/** Work that waits in an outbox of files: listed, shown, cancelled, replayed, verified. */
@NullMarked
package io.github.resilientllm.examples.outbox;

import org.jspecify.annotations.NullMarked;
