/**
 * Where time comes from, the one thread that watches for it to run out, and the threads that act
 * when it has.
 *
 * <p>Only this package reads the machine's clock and parks threads for calls; journals use the
 * JDK's timer, and their entries the wall clock. It knows nothing of calls: an attempt brings a
 * {@link io.github.resilientllm.internal.time.Watch} with what is to be done.
 */
@NullMarked
package io.github.resilientllm.internal.time;

import org.jspecify.annotations.NullMarked;
