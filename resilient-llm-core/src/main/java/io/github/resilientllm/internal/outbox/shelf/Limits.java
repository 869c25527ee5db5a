package io.github.resilientllm.internal.outbox.shelf;

import java.time.Duration;

/**
 * What a store holds at most.
 *
 * @param items those that are not done, and as many that are
 * @param bytes of content of all
 * @param itemBytes of work, or of an answer, of one
 * @param segmentBytes after which a new segment begins
 * @param remembersDone how long the keys of those that are done keep others out
 */
public record Limits(
    int items, long bytes, int itemBytes, long segmentBytes, Duration remembersDone) {}
