package io.github.resilientllm.test.judge;

import io.github.resilientllm.test.Timeline;
import java.util.List;

/**
 * What one scenario showed of one client.
 *
 * @param sentence what was wrong; empty if nothing was
 * @param fault what the first vendor was told to do, in words
 * @param timeline what happened: the client's view, and the vendors'
 */
public record Cell(
    Scenario scenario, Verdict verdict, String sentence, List<String> fault, Timeline timeline) {
  /** Copies the list. */
  public Cell {
    fault = List.copyOf(fault);
  }
}
