package io.github.resilientllm.journal;

/** Where a conversation stands. */
public enum ConversationState {
  /** Every question is answered or discarded. */
  IDLE,
  /** A question was asked, or a tool's results are there, and no answer has begun. */
  QUESTION_PENDING,
  /** An answer began and did not end; its beginning is kept. */
  STREAM_INTERRUPTED,
  /** The model called tools, and the results of some are missing. */
  TOOL_PENDING,
  /** The journal cannot read all that it once acknowledged. */
  DAMAGED,
  /** A newer version of this library wrote it, and this one cannot tell. Never stored. */
  UNKNOWN
}
