package io.github.resilientllm.internal.journal;

import java.time.Duration;

/**
 * When what was written is forced to the disk.
 *
 * @param within the longest that written bytes wait to be forced, whatever the mode
 */
public record SyncRule(Mode mode, Duration within) {

  /** Who waits for it. */
  public enum Mode {
    /** Nobody; it never happens. */
    NONE,
    /** Nobody. */
    INTERVAL,
    /** Boundary entries. */
    BOUNDARY,
    /** Every entry. */
    EVERY_EVENT
  }

  /** Whether anything is ever forced. */
  boolean forces() {
    return mode != Mode.NONE;
  }

  /** Whether an entry is acknowledged only when it is durable. */
  boolean waits(boolean boundary) {
    return mode == Mode.EVERY_EVENT || (mode == Mode.BOUNDARY && boundary);
  }
}
