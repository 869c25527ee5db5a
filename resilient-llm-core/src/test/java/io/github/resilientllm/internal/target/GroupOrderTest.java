package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.resilientllm.internal.target.Availability.Health;
import io.github.resilientllm.internal.target.GroupOrder.By;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which member of a group is asked first, decided without threads. */
final class GroupOrderTest {
  @ParameterizedTest
  @EnumSource(By.class)
  void whoCannotBeAskedNowComesLastWhateverTheStrategy(By by) {
    List<Availability> members =
        List.of(
            new Availability(Health.EJECTED, 0),
            new Availability(Health.LIMITED, 1),
            new Availability(Health.READY, 9),
            new Availability(Health.EJECTED, 1),
            new Availability(Health.READY, 10));
    assertThat(new GroupOrder(by, List.of(1, 1, 1, 1, 1)).of(members, () -> 0.5))
        .containsExactly(2, 4, 1, 0, 3);
  }

  @Test
  void theLeastBusyIsFirst() {
    assertThat(byLoad().of(List.of(ready(3), ready(0), ready(2)), () -> 0.5))
        .containsExactly(1, 2, 0);
  }

  @Test
  void betweenEquallyBusyMembersChanceDecides() {
    double[] draws = {0.9, 0.1, 0.5};
    int[] next = {0};
    assertThat(byLoad().of(List.of(ready(1), ready(1), ready(1)), () -> draws[next[0]++]))
        .containsExactly(1, 2, 0);
  }

  @Test
  void chanceNeverOutweighsALoad() {
    double[] draws = {Math.nextDown(1.0), 0};
    int[] next = {0};
    assertThat(byLoad().of(List.of(ready(1), ready(2)), () -> draws[next[0]++]))
        .containsExactly(0, 1);
  }

  @Test
  void aMemberIsFirstAsOftenAsItsWeightSays() {
    Random random = new Random(1);
    GroupOrder order = new GroupOrder(By.WEIGHT, List.of(6, 3, 1));
    List<Availability> members = List.of(ready(0), ready(0), ready(0));
    int[] first = new int[3];
    int calls = 100_000;
    for (int i = 0; i < calls; i++) {
      first[order.of(members, random::nextDouble)[0]]++;
    }
    assertThat(first[0] / (double) calls).isCloseTo(0.6, within(0.01));
    assertThat(first[1] / (double) calls).isCloseTo(0.3, within(0.01));
    assertThat(first[2] / (double) calls).isCloseTo(0.1, within(0.01));
  }

  private static GroupOrder byLoad() {
    return new GroupOrder(By.LOAD, List.of());
  }

  private static Availability ready(int inFlight) {
    return new Availability(Health.READY, inFlight);
  }
}
