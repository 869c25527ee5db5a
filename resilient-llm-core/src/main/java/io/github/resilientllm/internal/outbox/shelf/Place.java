package io.github.resilientllm.internal.outbox.shelf;

/**
 * Where a text is.
 *
 * @param offset of its entry's line in the segment
 */
record Place(Segment segment, long offset) {}
