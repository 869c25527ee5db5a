package io.github.resilientllm.test.judge;

import java.time.Duration;
import java.util.List;

/**
 * What one scenario showed of one client.
 *
 * @param sentence what was wrong; empty if nothing was
 * @param fault what the first vendor was told to do, in words
 * @param bars what happened, for a timeline
 */
public record Cell(
    Scenario scenario, Verdict verdict, String sentence, List<String> fault, List<Bar> bars) {
  /** Copies the lists. */
  public Cell {
    fault = List.copyOf(fault);
    bars = List.copyOf(bars);
  }

  /**
   * A time in which something happened.
   *
   * @param lane whose: the client's, or a vendor's
   * @param from since the scenario began
   * @param state {@code well}, {@code failed}, or {@code left} by the client
   * @param label what happened
   */
  public record Bar(String lane, Duration from, Duration lasted, String state, String label) {}
}
