package io.github.resilientllm.okhttp;

/**
 * Where the reading of a response stands that runs at the vendor's by itself.
 *
 * @param responseId the vendor's id of it
 * @param sequence the number of the last event that was read whole
 */
record ResponsesBookmark(String responseId, long sequence) {}
