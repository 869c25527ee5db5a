package io.github.resilientllm.provider;

/**
 * How one attempt is to be made.
 *
 * @param streaming whether the vendor is to send the answer as it is written. If not, the deltas
 *     come at once when the whole answer is there
 */
public record CallOptions(boolean streaming) {}
