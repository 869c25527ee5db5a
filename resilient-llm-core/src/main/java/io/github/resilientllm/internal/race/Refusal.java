package io.github.resilientllm.internal.race;

import io.github.resilientllm.chat.ErrorKind;
import java.util.List;

/** Why an attempt may not start now. */
public enum Refusal {
  /**
   * The target's breaker is open because of failures; if it is the last, it is asked all the same.
   */
  OPEN,
  /** The target refused the key, the model or the account, or an operator holds it open. */
  LOCKED,
  /** The vendor's limits, as it told or as its refusals show, leave no room. */
  RATE_LIMITED,
  /** The application's own rate limit has no turn. */
  PACED,
  /** Every place is taken. */
  FULL;

  /** What is most worth knowing of why no target was asked at all. */
  static ErrorKind endKind(List<Candidate> candidates) {
    boolean ejected = false;
    boolean limited = false;
    for (Candidate candidate : candidates) {
      if (candidate.refusal == RATE_LIMITED) {
        return ErrorKind.RATE_LIMITED;
      }
      ejected |= candidate.refusal == OPEN || candidate.refusal == LOCKED;
      limited |= candidate.refusal == PACED || candidate.refusal == FULL;
    }
    if (limited) {
      return ErrorKind.LIMIT_EXCEEDED;
    }
    return ejected ? ErrorKind.CIRCUIT_OPEN : ErrorKind.NO_ELIGIBLE_TARGET;
  }
}
