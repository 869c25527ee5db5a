package io.github.resilientllm.postgres.internal.outbox;

import java.time.Duration;

/**
 * How much an outbox keeps.
 *
 * @param items the most that wait or were given up
 * @param bytes the most of content, about
 * @param itemBytes the most characters of one item's work, and of its answer
 * @param remembersDone how long the keys of those that are done keep others out
 */
public record OutboxLimits(int items, long bytes, int itemBytes, Duration remembersDone) {}
