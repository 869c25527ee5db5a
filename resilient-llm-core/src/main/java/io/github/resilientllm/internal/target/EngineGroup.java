package io.github.resilientllm.internal.target;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * A group of targets as the engine sees it: a stretch of its list.
 *
 * @param first the place of its first member
 * @param size the number of its members
 */
public record EngineGroup(int first, int size, GroupOrder order) {

  /** Puts the members in order within a call's list. */
  public void arrange(List<EngineTarget> targets, long now, DoubleSupplier random) {
    List<EngineTarget> members = List.copyOf(targets.subList(first, first + size));
    List<Availability> availabilities = new ArrayList<>(size);
    for (EngineTarget member : members) {
      availabilities.add(member.standing().availability(now));
    }
    int place = first;
    for (int member : order.of(availabilities, random)) {
      targets.set(place++, members.get(member));
    }
  }
}
