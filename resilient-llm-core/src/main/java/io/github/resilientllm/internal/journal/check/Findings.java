package io.github.resilientllm.internal.journal.check;

import java.nio.file.Path;
import java.util.List;

/**
 * What was found in a conversation's file.
 *
 * @param entries the number of the last entry that can be read, with all before it
 * @param damaged whether the conversation cannot be opened; otherwise a problem is an unfinished
 *     end, which opening cuts off
 * @param problems the first 100, in the order of the file
 */
public record Findings(
    String conversation,
    Path file,
    long bytes,
    long entries,
    boolean damaged,
    List<Problem> problems) {

  /** Of a conversation that is not there. */
  public static Findings none(String conversation, Path file) {
    return new Findings(conversation, file, 0, 0, false, List.of());
  }

  public static Findings of(String conversation, Path file, Survey survey) {
    return new Findings(
        conversation,
        file,
        survey.size(),
        survey.lastSequence(),
        survey.isDamaged(),
        survey.problems());
  }
}
