package io.github.resilientllm;

import io.github.resilientllm.internal.target.GroupOrder;
import io.github.resilientllm.internal.target.Shared;
import io.github.resilientllm.policy.Retry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several keys or deployments of one model, between which a call moves freely before it goes to
 * another model.
 *
 * <pre>{@code
 * TargetGroup gpt = TargetGroup.of("gpt-4.1",
 *         Target.of(sweden).named("sweden"), Target.of(france).named("france"))
 *     .leastBusy();
 * }</pre>
 *
 * <p>Each member keeps its breaker and its limits. A member whose key is refused, whose quota is
 * used up or which asked everybody to wait is asked last, and nobody waits for one while another
 * one is at hand. The group has the retries of one target: as many attempts and one budget.
 *
 * <p>A member shows up under the name {@code group/member}. Immutable.
 */
public final class TargetGroup {
  private static final int MOST = 100; // far more keys than anybody has been seen to use
  private static final int HEAVIEST = 1_000_000;

  private final String name;
  private final List<Target> members;
  private final GroupOrder order;
  private final @Nullable Retry retry;
  private final Shared shared = new Shared();

  private TargetGroup(String name, List<Target> members, GroupOrder order, @Nullable Retry retry) {
    this.name = name;
    this.members = List.copyOf(members);
    this.order = order;
    this.retry = retry;
  }

  /**
   * A group whose members are asked in order.
   *
   * @throws IllegalArgumentException if the name is blank, if there is no member or more than 100,
   *     or if two have the same name
   */
  public static TargetGroup of(String name, Target... members) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("A group's name cannot be blank");
    }
    if (members.length < 1 || members.length > MOST) {
      throw new IllegalArgumentException(
          "Group \"" + name + "\" has 1 to " + MOST + " members, not " + members.length);
    }
    Set<String> names = new HashSet<>();
    List<Target> named = new ArrayList<>();
    for (Target member : members) {
      if (!names.add(member.name())) {
        throw new IllegalArgumentException(
            "Two members of group \""
                + name
                + "\" are named \""
                + member.name()
                + "\"; tell them apart with Target.of(provider).named(...)");
      }
      named.add(member.within(name));
    }
    return new TargetGroup(name, named, new GroupOrder(GroupOrder.By.RANK, List.of()), null);
  }

  /** The same, asking the members in the order in which they were given; the default. */
  public TargetGroup inOrder() {
    return ordered(new GroupOrder(GroupOrder.By.RANK, List.of()));
  }

  /**
   * The same, asking a member first as often as its weight says, by chance.
   *
   * @param weights one for each member in their order, 1 to 1,000,000
   * @throws IllegalArgumentException if one is missing or out of range
   */
  public TargetGroup weighted(int... weights) {
    if (weights.length != members.size()) {
      throw new IllegalArgumentException(
          "Group \""
              + name
              + "\" needs a weight for each of its "
              + members.size()
              + " members, not "
              + weights.length);
    }
    for (int weight : weights) {
      if (weight < 1 || weight > HEAVIEST) {
        throw new IllegalArgumentException(
            "A weight is 1 to " + HEAVIEST + ", not " + weight + "; leave out who is not to serve");
      }
    }
    List<Integer> all = Arrays.stream(weights).boxed().collect(Collectors.toList());
    return ordered(new GroupOrder(GroupOrder.By.WEIGHT, List.copyOf(all)));
  }

  /** The same, asking the member first that has the fewest attempts of this client in flight. */
  public TargetGroup leastBusy() {
    return ordered(new GroupOrder(GroupOrder.By.LOAD, List.of()));
  }

  /** The same, its members together asked again as this says; default as the client says. */
  public TargetGroup withRetry(Retry policy) {
    return new TargetGroup(name, members, order, Objects.requireNonNull(policy, "policy"));
  }

  private TargetGroup ordered(GroupOrder by) {
    return new TargetGroup(name, members, by, retry);
  }

  /** How often its members are asked again; empty for as the client says. */
  public Optional<Retry> retry() {
    return Optional.ofNullable(retry);
  }

  /** What all clients of this object share. */
  Shared shared() {
    return shared;
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The members, under their full names, in the order in which they were given. */
  public List<Target> members() {
    return members;
  }

  GroupOrder order() {
    return order;
  }

  @Override
  public String toString() {
    return name + members;
  }
}
