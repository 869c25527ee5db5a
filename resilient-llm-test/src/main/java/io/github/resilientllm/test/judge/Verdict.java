package io.github.resilientllm.test.judge;

/** What a scenario showed, from best to worst. */
public enum Verdict {
  /** The caller got what it should. */
  PASS,
  /** The caller got the answer, but not in the way it should: from another target, or too often. */
  PARTIAL,
  /** The caller got an honest error where an answer was at hand. */
  SAFE,
  /** The caller got less than an answer for one, waited too long, or the vendor was hammered. */
  FAIL,
  /** The scenario did not take place; nothing was shown. */
  NOT_REACHED;

  /** The worse of the two. */
  Verdict worse(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
