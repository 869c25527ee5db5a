package io.github.resilientllm.chat;

/** How a call ended. Every call ends in exactly one of these, once. */
public enum Outcome {
  /** The vendor's terminal marker was seen: the answer is whole. */
  COMPLETE,
  /** Part of an answer arrived and its end did not. */
  TRUNCATED,
  /** The vendor's filter stopped the question or the answer. */
  FILTERED,
  /** No answer arrived. */
  ERROR,
  /** The caller ended the call. */
  CANCELLED
}
