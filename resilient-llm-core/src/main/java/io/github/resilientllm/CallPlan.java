package io.github.resilientllm;

import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Hedge;
import java.time.Duration;
import java.util.List;

/**
 * What one call can cost at most, known before the first one is made.
 *
 * @param targets the targets' names, in the order in which they are tried
 * @param maxAttempts the most requests that a call sends, each of which may be billed
 * @param maxHedges how many of them may run beside another one
 * @param longest the longest time until the call has ended
 * @param expectedExtraLoad the most requests that retries and hedges add in the long run, as a
 *     share of the answered calls; infinite without a budget. Fallbacks are not counted: they go
 *     elsewhere
 */
public record CallPlan(
    List<String> targets,
    int maxAttempts,
    int maxHedges,
    Duration longest,
    double expectedExtraLoad) {

  /** Copies the list. */
  public CallPlan {
    targets = List.copyOf(targets);
  }

  /**
   * The plan of a client: a group has the attempts of one target, and one more for each sibling.
   */
  static CallPlan of(Assembly assembly) {
    Hedge hedge = assembly.hedge();
    int hedges = hedge.enabled() ? hedge.maxHedges() : 0;
    int attempts = hedges;
    boolean retries = false;
    for (Assembly.Rung rung : assembly.rungs()) {
      int most = assembly.retryOf(rung).maxAttempts();
      attempts += most + rung.members().size() - 1;
      retries |= most > 1;
    }
    return new CallPlan(
        assembly.targets().stream().map(Target::name).toList(),
        attempts,
        hedges,
        assembly.timeouts().deadline(),
        (retries ? retryLoad(assembly.budget()) : 0) + hedge.extraLoad());
  }

  /**
   * The most retries for an answer that the budget pays for in the long run: where a retry that
   * wins is paid back, each answer's own; and as many as what is left over or what answers without
   * a retry give.
   */
  private static double retryLoad(Budget budget) {
    double cost = Math.min(budget.retryCost(), budget.throttledCost());
    double gift = Math.max(budget.refill(), Math.min(cost, budget.refund()));
    if (cost == 0) {
      return Double.POSITIVE_INFINITY;
    }
    return gift >= cost ? gift / cost : budget.refill() / (budget.refill() + cost - gift);
  }
}
