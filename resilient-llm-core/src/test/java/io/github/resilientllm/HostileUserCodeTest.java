package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the application's own code does around its calls, each of them ends once and on time,
 * with an answer or one exception, and all that it took comes back.
 *
 * <p>{@code -Dresilientllm.hostile.runs=100000} makes more runs, {@code
 * -Dresilientllm.hostile.seed} begins elsewhere; a failure names the seed to begin at. {@link
 * HostileSoakTest} goes on for half an hour.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileUserCodeTest {
  private static final long FIRST_SEED = Long.getLong("resilientllm.hostile.seed", 1);
  private static final int RUNS = Integer.getInteger("resilientllm.hostile.runs", 1000);

  /** Enough to see a pattern. */
  private static final int SHOWN = 10;

  @Test
  void everyCallEndsOnceAndOnTimeAndNothingLeaks() throws Exception {
    assertThat(failuresOf(RUNS, false)).isEmpty();
  }

  @Test
  void soDoesEveryTurnOfAConversation() throws Exception {
    assertThat(failuresOf(RUNS / 2, true)).isEmpty();
  }

  private static List<String> failuresOf(int runs, boolean talk) throws Exception {
    List<String> failures = new ArrayList<>();
    int calls = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + runs && failures.size() < SHOWN; seed++) {
      Thread.currentThread().setName("hostile " + seed); // for the thread dump of one that hangs
      HostileRun run = new HostileRun(seed, talk);
      try {
        List<String> violations = run.go();
        if (!violations.isEmpty()) {
          failures.add("\nseed " + seed + ": " + violations.get(0));
        }
      } catch (RuntimeException | Error e) {
        failures.add("\nseed " + seed + ": the run ended with " + e);
      }
      calls += run.calls;
    }
    System.out.printf(
        "Hostile code%s: %d runs, %d calls%n", talk ? " around turns" : "", runs, calls);
    return failures;
  }
}
