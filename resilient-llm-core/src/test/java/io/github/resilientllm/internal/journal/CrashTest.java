package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.journal.CrashRun.Ending;
import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nothing that was acknowledged is lost, altered or invented, whatever goes wrong at whichever
 * step: every scenario with every fault at its first step, its second, and so on until it passes
 * untouched.
 *
 * <p>{@code -Djournal.crash.seeds=50} runs each as many times. A failure names the run; {@code new
 * CrashRun(...).holds()} repeats it.
 */
class CrashTest {
  private static final int SEEDS = Integer.getInteger("journal.crash.seeds", 1);
  private static final Map<Scenario, Integer> CUTS = new EnumMap<>(Scenario.class);

  @ParameterizedTest
  @EnumSource
  void scenarioSurvivesEveryFaultAtEveryStep(Scenario scenario) {
    CUTS.put(scenario, cuts(scenario, SEEDS, UnaryOperator.identity()));
  }

  /** Enough of them, or the scenarios are not what they seem. */
  @AfterAll
  static void count() {
    int all = CUTS.values().stream().mapToInt(n -> n).sum();
    System.out.printf("%d cut points: %s%n", all, CUTS);
    if (CUTS.size() == Scenario.values().length) {
      assertThat(all).isGreaterThan(1_000 * SEEDS);
    }
  }

  /** How often something went wrong, and nothing was lost. */
  static int cuts(Scenario scenario, int seeds, UnaryOperator<Disk> flaw) {
    int cuts = 0;
    for (Fault fault : Fault.values()) {
      for (Ending ending : Ending.values()) {
        for (int seed = 0; seed < seeds && isPromised(scenario, fault, ending); seed++) {
          int step = 1;
          while (new CrashRun(scenario, fault, step, ending, 1_000L * seed + step).holds(flaw)) {
            step++;
          }
          cuts += step - 1;
        }
      }
    }
    return cuts;
  }

  private static boolean isPromised(Scenario scenario, Fault fault, Ending ending) {
    boolean powerCut = fault == Fault.POWER_CUT || ending == Ending.POWER_CUT;
    return ending.canFollow(fault) && !(powerCut && scenario.mode() == Mode.NONE);
  }
}
