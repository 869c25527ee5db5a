package io.github.resilientllm.examples.cli;

import java.util.List;

/** One command of the jar, such as {@code drill}. */
public interface Command {

  /** The word that selects it. */
  String name();

  /** What it does, in one line. */
  String summary();

  /** What else its help says, below the summary; may hold several lines. */
  String details();

  /** What it takes besides options, as the help shows it; empty if nothing. */
  default String operands() {
    return "";
  }

  /** The options it takes. */
  List<Option> options();

  /**
   * Runs it.
   *
   * @return the exit code of the process
   * @throws UsageException if the arguments contradict each other
   */
  int run(Arguments arguments, Screen screen) throws UsageException;
}
