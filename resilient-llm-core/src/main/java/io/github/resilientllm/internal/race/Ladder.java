package io.github.resilientllm.internal.race;

import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import java.util.List;

/**
 * The targets of a call as rungs to climb, and the rules for climbing: what a {@link Race} knows
 * before it begins. Immutable; made once for all calls of a client.
 *
 * @param steps the rungs, in order
 */
public record Ladder(List<Step> steps, Fallback fallback, Hedge hedge) {

  /** What a race asks about the targets, by their places in the order of its call. */
  public interface Targets {
    /** The tokens that its context window holds; 0 if unknown. */
    int contextWindow(int target);

    /** Whether, if it is the last that is left, it is asked although its breaker is open. */
    boolean isForced(int target);
  }

  /**
   * One rung.
   *
   * @param size the number of its targets
   * @param retry how often they are asked again
   */
  public record Step(int size, Retry retry) {}

  /** Copies the list. */
  public Ladder {
    steps = List.copyOf(steps);
  }

  /** The number of its targets. */
  int targets() {
    return steps.stream().mapToInt(Step::size).sum();
  }

  /** The place of the rung that a target belongs to. */
  public int stepOf(int target) {
    int end = 0;
    for (int step = 0; ; step++) {
      end += steps.get(step).size();
      if (target < end) {
        return step;
      }
    }
  }

  /** 0 for no hedging. */
  int maxHedges() {
    return hedge.enabled() ? hedge.maxHedges() : 0;
  }

  boolean hedgesSameTarget() {
    return hedge.sameTarget();
  }

  /** The longest wait for a limited target while another one is left. */
  long patienceNanos() {
    return fallback.patience().toNanos();
  }
}
