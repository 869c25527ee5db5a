package io.github.resilientllm.internal.target;

/**
 * Whether a member of a group can be asked as a call begins.
 *
 * @param inFlight its attempts that have not ended
 */
public record Availability(Health health, int inFlight) {

  /** Whether an attempt may start, best first. */
  public enum Health {
    /** As far as is known. */
    READY,
    /** Not now: it is full, asked to wait, or has just refused for its rate limit. */
    LIMITED,
    /** Not for a while: its breaker is open, because of failures or of a key that was refused. */
    EJECTED
  }
}
