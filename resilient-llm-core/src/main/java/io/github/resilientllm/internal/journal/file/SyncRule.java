package io.github.resilientllm.internal.journal.file;

import java.time.Duration;

/**
 * When what was written is forced to the disk.
 *
 * @param within the longest from the saying of something to its being forced, whatever the mode
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

  /** Pieces of an answer come together to this: some tens of milliseconds of speech. */
  private static final Duration MOST_PACE = Duration.ofMillis(80);

  /**
   * How long a piece of an answer may wait to be written together with others: half of the time at
   * most, for what is left of it is the disk's.
   */
  public Duration pace() {
    if (mode == Mode.EVERY_EVENT || within.isZero()) {
      return mode == Mode.NONE ? MOST_PACE : Duration.ZERO;
    }
    Duration half = within.dividedBy(2);
    return half.compareTo(MOST_PACE) < 0 ? half : MOST_PACE;
  }

  /** How long what was written may wait to be forced. */
  public Duration forcedWithin() {
    return mode == Mode.EVERY_EVENT ? within : within.minus(pace());
  }

  /** Whether anything is ever forced. */
  public boolean forces() {
    return mode != Mode.NONE;
  }

  /** Whether an entry is acknowledged only when it is durable. */
  public boolean waits(boolean boundary) {
    return mode == Mode.EVERY_EVENT || (mode == Mode.BOUNDARY && boundary);
  }
}
