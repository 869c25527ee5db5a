package io.github.resilientllm.examples.desk.local;

/** What a vendor has. */
enum Trouble {
  /** Nothing: it answers. */
  NONE,
  /** It answers 503 to everything, and the answers under way break off. */
  ERRORS,
  /** It begins to answer and falls silent; so do the answers under way. */
  SILENCE,
  /** It begins to answer and breaks off in mid-sentence. */
  CUT
}
