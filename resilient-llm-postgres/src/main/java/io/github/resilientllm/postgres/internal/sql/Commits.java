package io.github.resilientllm.postgres.internal.sql;

/**
 * How the commit of a statement waits for the disk, as an expression that the statement itself
 * evaluates: so there is no transaction to begin, and nothing is left in a session.
 */
public final class Commits {
  private Commits() {}

  /**
   * As the server does it, but never less than its disk; without waiting for that if a condition
   * does not hold.
   */
  public static String durablyIf(String condition) {
    return "set_config('synchronous_commit', CASE WHEN "
        + condition
        + " THEN CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'"
        + " ELSE current_setting('synchronous_commit') END ELSE 'off' END, true)";
  }

  /** As {@link #durablyIf}, in any case. */
  public static String durably() {
    return durablyIf("true");
  }

  /** Without waiting for the disk: a crash of the server may take it. */
  public static String soon() {
    return "set_config('synchronous_commit', 'off', true)";
  }
}
