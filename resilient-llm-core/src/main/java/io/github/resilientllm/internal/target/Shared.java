package io.github.resilientllm.internal.target;

import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * What all clients of one target object share, made by the first of them that is built. One that is
 * built later must agree with what is there: two breakers cannot stand before one target.
 */
public final class Shared {
  // Guarded by this object's lock.
  private @Nullable Standing standing;
  private @Nullable RetryBudget budget;

  /**
   * The standing.
   *
   * @throws IllegalArgumentException if another client has it with other settings
   */
  public synchronized Standing standing(
      String target, Breaker breaker, Concurrency concurrency, RateLimit rateLimit) {
    if (standing == null) {
      standing = new Standing(target, breaker, concurrency, rateLimit);
    }
    check(target, "Breaker", standing.breakerPolicy(), breaker);
    check(target, "Concurrency", standing.concurrency(), concurrency);
    check(target, "RateLimit", standing.rateLimit(), rateLimit);
    return standing;
  }

  /**
   * The budget.
   *
   * @param several whether it is that of a group
   * @throws IllegalArgumentException if another client has it with other settings
   */
  public synchronized RetryBudget budget(String target, Budget policy, boolean several) {
    if (budget == null) {
      budget = new RetryBudget(policy, several);
    }
    check(target, "Budget", budget.policy(), policy);
    return budget;
  }

  private static void check(String target, String policy, Object there, Object asked) {
    if (!there.equals(asked)) {
      throw new IllegalArgumentException(
          "Target \""
              + target
              + "\" is shared with a client that was built with "
              + there
              + ", and this client has "
              + asked
              + ". Clients of one Target object share its breaker, limits and budget: give the"
              + " target its own (Target.with"
              + policy
              + "), give both clients the same, or make a second Target of the provider");
    }
  }
}
