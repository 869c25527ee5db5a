package io.github.resilientllm.chat;

/**
 * Why the model stopped, in one meaning for all vendors.
 *
 * <p>Vendors invent reasons without notice: an unknown one is {@link #OTHER}, and {@link
 * ChatResponse#vendorFinishReason()} has the vendor's word.
 */
public enum FinishReason {
  /** The answer is finished. */
  STOP,
  /** The token limit or the context window was reached; the text ends early. */
  LENGTH,
  /** The model waits for tool results. */
  TOOL_CALLS,
  /** The vendor's filter, or the model itself, refused; the text may be empty or replaced. */
  CONTENT_FILTER,
  /**
   * The vendor paused a long turn more often than this library goes on with it by itself; send the
   * answer's message back to go on.
   */
  PAUSE,
  /** A reason that this library does not know. */
  OTHER
}
