/** The outbox's stores beside db-scheduler. */
@NullMarked
package io.github.resilientllm.peers;

import org.jspecify.annotations.NullMarked;
