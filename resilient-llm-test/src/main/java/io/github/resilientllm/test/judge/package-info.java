/**
 * Scorecards: ready scenarios, played against any client, and a verdict on each.
 *
 * <p>A {@link io.github.resilientllm.test.judge.Subject} opens a client for the vendors of one
 * scenario; a {@link io.github.resilientllm.test.judge.Scenario} breaks the vendors, asks, and
 * judges; {@link io.github.resilientllm.test.judge.Judge} plays many and makes a {@link
 * io.github.resilientllm.test.judge.Scorecard}.
 */
@NullMarked
package io.github.resilientllm.test.judge;

import org.jspecify.annotations.NullMarked;
