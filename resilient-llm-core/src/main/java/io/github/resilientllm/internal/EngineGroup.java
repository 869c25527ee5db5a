package io.github.resilientllm.internal;

import io.github.resilientllm.internal.guard.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * A group of targets as the engine sees it: a stretch of its list.
 *
 * @param first the place of its first member
 * @param size the number of its members
 */
public record EngineGroup(int first, int size, GroupOrder order) {

  /** The places of its members. */
  public int[] places() {
    return IntStream.range(first, first + size).toArray();
  }

  /** Puts the members in order within a call's list. */
  void arrange(List<EngineTarget> targets, long now, DoubleSupplier random) {
    List<EngineTarget> members = List.copyOf(targets.subList(first, first + size));
    List<Standing> standings = new ArrayList<>(size);
    for (EngineTarget member : members) {
      standings.add(member.guard().standing(now));
    }
    int place = first;
    for (int member : order.of(standings, random)) {
      targets.set(place++, members.get(member));
    }
  }
}
