package io.github.resilientllm.internal.target;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Budget;
import org.jspecify.annotations.Nullable;

/** What is left for the retries of one rung: a target's, or the members' of a group in common. */
public final class RetryBudget {
  private final Budget policy;
  private final TokenBucket tokens;
  private final boolean shared;

  /**
   * A full one.
   *
   * @param shared whether several targets have it in common
   */
  public RetryBudget(Budget policy, boolean shared) {
    this.policy = policy;
    this.shared = shared;
    this.tokens = new TokenBucket(policy.capacity(), policy.capacity());
  }

  /** Takes what a retry after this failure costs; false if the budget denies it. */
  public boolean tryPay(ErrorKind after) {
    return tokens.tryTake(costAfter(after), policy.reserve());
  }

  /** Gives back what was paid for a retry that was not made. */
  public void giveBack(ErrorKind after) {
    tokens.give(costAfter(after));
  }

  /**
   * An attempt answered.
   *
   * @param paidAfter the failure after which it was paid for; null if it was free
   */
  public void succeeded(@Nullable ErrorKind paidAfter) {
    double refund = paidAfter == null ? 0 : Math.min(costAfter(paidAfter), policy.refund());
    tokens.give(Math.max(policy.refill(), refund));
  }

  /** An attempt failed. What is a member's own is not its group's to pay. */
  public void failed(ErrorKind kind) {
    boolean ofTheService = kind.countsAgainstTarget() || kind == ErrorKind.TOOL_GENERATION_FAILED;
    if (!shared || ofTheService) {
      tokens.drain(policy.failureCost());
    }
  }

  /** The tokens that are left. */
  public double tokens() {
    return tokens.tokens();
  }

  /** Its settings. */
  public Budget policy() {
    return policy;
  }

  private double costAfter(ErrorKind kind) {
    return switch (kind) {
      case TIMEOUT, STALLED, OVERLOADED -> policy.timeoutCost();
      case RATE_LIMITED -> policy.throttledCost();
      default -> policy.retryCost();
    };
  }
}
