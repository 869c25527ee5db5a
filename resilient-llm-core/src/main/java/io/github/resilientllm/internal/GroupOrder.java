package io.github.resilientllm.internal;

import io.github.resilientllm.internal.guard.Standing;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * The order in which a call asks the members of a group: a pure function of how they stand and of
 * random numbers. Those that cannot be asked now come last, whatever the strategy.
 *
 * @param by the strategy
 * @param weights one for each member if by weight; empty otherwise
 */
public record GroupOrder(By by, List<Integer> weights) {

  /** What decides between members of equal health. */
  public enum By {
    /** The order in which they were given. */
    RANK,
    /** Chance, by weight. */
    WEIGHT,
    /** The attempts in flight, and chance between equals. */
    LOAD
  }

  /** The members' places in the group, in the order in which to ask them. */
  int[] of(List<Standing> members, DoubleSupplier random) {
    int size = members.size();
    int[] order = new int[size];
    double[] keys = new double[size];
    for (int member = 0; member < size; member++) {
      keys[member] = key(member, members.get(member), random);
      int place = member;
      while (place > 0 && comesBefore(member, order[place - 1], members, keys)) {
        order[place] = order[place - 1];
        place--;
      }
      order[place] = member;
    }
    return order;
  }

  private static boolean comesBefore(int a, int b, List<Standing> members, double[] keys) {
    int health = members.get(a).health().compareTo(members.get(b).health());
    return health == 0 ? keys[a] < keys[b] : health < 0;
  }

  /** Smaller is earlier. Chance is in [0, 1) and so decides only between equal loads. */
  private double key(int member, Standing standing, DoubleSupplier random) {
    return switch (by) {
      case RANK -> member;
      // The smallest of exponential draws is each member's in proportion to its rate.
      case WEIGHT -> -Math.log(1 - random.getAsDouble()) / weights.get(member);
      case LOAD -> standing.inFlight() + random.getAsDouble();
    };
  }
}
