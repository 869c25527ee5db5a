package io.github.resilientllm.internal.target;

import java.util.Arrays;
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

  /** A member with what decides about it; smaller is earlier. */
  private record Keyed(int member, Availability.Health health, double key)
      implements Comparable<Keyed> {
    @Override
    public int compareTo(Keyed other) {
      int byHealth = health.compareTo(other.health);
      return byHealth == 0 ? Double.compare(key, other.key) : byHealth;
    }
  }

  /** The members' places in the group, in the order in which to ask them. */
  public int[] of(List<Availability> members, DoubleSupplier random) {
    Keyed[] keyed = new Keyed[members.size()];
    for (int member = 0; member < keyed.length; member++) {
      Availability its = members.get(member);
      keyed[member] = new Keyed(member, its.health(), key(member, its, random));
    }
    Arrays.sort(keyed); // a stable sort, linear where they are in order already
    return Arrays.stream(keyed).mapToInt(Keyed::member).toArray();
  }

  /** Chance is in [0, 1) and so decides only between equal loads. */
  private double key(int member, Availability its, DoubleSupplier random) {
    return switch (by) {
      case RANK -> member;
      // The smallest of exponential draws is each member's in proportion to its rate.
      case WEIGHT -> -Math.log(1 - random.getAsDouble()) / weights.get(member);
      case LOAD -> its.inFlight() + random.getAsDouble();
    };
  }
}
