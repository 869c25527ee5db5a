package io.github.resilientllm.okhttp.internal.responses;

/**
 * Where the reading of a response stands that runs at the vendor's by itself.
 *
 * @param responseId the vendor's id of it
 * @param sequence the number of the last event that was read whole
 */
record ResponsesBookmark(String responseId, long sequence) {

  /** Whether a text can be the id of a response, which becomes a part of a path. */
  static boolean isId(String text) {
    return text.matches("[a-zA-Z0-9_-]{1,200}");
  }
}
