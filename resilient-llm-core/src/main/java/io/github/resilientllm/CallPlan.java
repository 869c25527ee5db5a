package io.github.resilientllm;

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
}
