package io.github.resilientllm.test.judge;

import java.util.ArrayList;
import java.util.List;

/** The scenarios that come with the kit. */
public final class Scenarios {
  private Scenarios() {}

  /** Sixteen faults, with a fallback at hand. */
  public static List<Scenario> sixteenFaults() {
    return SixteenFaults.all();
  }

  /** Eighteen faults of one vendor alone. */
  public static List<Scenario> faultTable() {
    return FaultTable.all();
  }

  /** Both. */
  public static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>(sixteenFaults());
    all.addAll(faultTable());
    return List.copyOf(all);
  }
}
