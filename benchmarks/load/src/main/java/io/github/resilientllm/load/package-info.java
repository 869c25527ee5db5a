/**
 * The load driver: {@link io.github.resilientllm.load.Load} starts a {@link
 * io.github.resilientllm.load.Vendor} and a {@link io.github.resilientllm.load.Worker} for each
 * client that is measured, each a process of its own, and prints a table.
 */
@NullMarked
package io.github.resilientllm.load;

import org.jspecify.annotations.NullMarked;
