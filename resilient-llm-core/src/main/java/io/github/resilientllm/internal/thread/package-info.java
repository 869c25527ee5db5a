/**
 * Threads that may block for long, and what a task expects of the one that asked for it.
 *
 * <p>The modules for Spring AI and LangChain4j ask their frameworks' models on such threads. It
 * knows nothing of calls.
 */
@NullMarked
package io.github.resilientllm.internal.thread;

import org.jspecify.annotations.NullMarked;
