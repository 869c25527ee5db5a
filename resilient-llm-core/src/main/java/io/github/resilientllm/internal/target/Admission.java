package io.github.resilientllm.internal.target;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a call that asks for an attempt: a permit, or why there is none now.
 *
 * @param permit what the call then owns and must end; null if the attempt may not start
 * @param verdict yes, or why not
 * @param until the instant at which to ask again; 0 where there is none
 */
public record Admission(@Nullable Permit permit, Verdict verdict, long until) {

  /** Yes, or why not. */
  public enum Verdict {
    /** It may start. */
    ADMITTED,
    /** The breaker is open because of failures. */
    OPEN,
    /**
     * The breaker is open because the target refused the key, the model or the account, or because
     * an operator holds it open.
     */
    LOCKED,
    /** The vendor has refused for its rate limit, and the rate that is left has no turn yet. */
    THROTTLED,
    /** What the vendor said is left is spread over time, or kept for interactive calls. */
    RATIONED,
    /** The rate limit's next turn comes later. */
    PACED,
    /** Every place is taken. */
    FULL
  }

  static Admission of(Permit permit) {
    return new Admission(permit, Verdict.ADMITTED, 0);
  }

  static Admission refused(Verdict why, long until) {
    return new Admission(null, why, until);
  }
}
