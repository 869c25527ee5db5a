package io.github.resilientllm.examples.rehearsal;

/** What the first vendor has; the second one is always well. */
public enum Outage {
  /** Nothing: it answers. */
  NONE,
  /** It answers 503 to everything. */
  DOWN,
  /**
   * It begins to answer and breaks off in mid-sentence, as if it had ended well; who wants the rest
   * gets 503.
   */
  CUT
}
