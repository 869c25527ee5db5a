package io.github.resilientllm.internal.call;

import io.github.resilientllm.internal.race.Ladder;
import io.github.resilientllm.internal.target.EngineGroup;
import io.github.resilientllm.internal.target.EngineTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * The targets that calls may ask, in order, and how they climb them.
 *
 * @param groups those stretches of the targets whose order each call decides anew
 */
public record Route(List<EngineTarget> targets, List<EngineGroup> groups, Ladder ladder) {

  /** Copies the lists. */
  public Route {
    targets = List.copyOf(targets);
    groups = List.copyOf(groups);
  }

  /** The route of a call that may ask one target only, with the rules of this one. */
  public Route only(EngineTarget target) {
    Ladder.Step step = new Ladder.Step(1, target.retry());
    return new Route(
        List.of(target), List.of(), new Ladder(List.of(step), ladder.fallback(), ladder.hedge()));
  }

  /** The targets in the order in which a call asks them. */
  List<EngineTarget> arranged(long now, DoubleSupplier random) {
    if (groups.isEmpty()) {
      return targets;
    }
    List<EngineTarget> arranged = new ArrayList<>(targets);
    for (EngineGroup group : groups) {
      group.arrange(arranged, now, random);
    }
    return arranged;
  }
}
