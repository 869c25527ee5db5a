package io.github.resilientllm.internal.journal;

/** What can go wrong at a step of a {@link CrashingDisk}. */
public enum Fault {
  /** The step fails with EIO; of a write, nothing was done; of a force, any part was. */
  ERROR,
  /** A change was made, and the step fails with EIO all the same. */
  LATE_ERROR,
  /** A write takes some of the bytes and says so. */
  SHORT_WRITE,
  /** A write takes some of the bytes, and from then on the disk is full. */
  FULL,
  /** The disk is found to be full at a force, by which time some of the bytes are lost. */
  FULL_AT_FORCE,
  /** A force fails, and what it should have made durable is lost, but read as if it were there. */
  LOST_AT_FORCE,
  /** An interrupt closes the file. */
  INTERRUPT,
  /** The process ends in the middle of the step. */
  KILL,
  /** The power goes in the middle of the step. */
  POWER_CUT;

  /** What a disk is asked to do. */
  public enum Step {
    CREATE,
    OPEN,
    MAKE_DIRECTORY,
    MOVE,
    DELETE,
    SYNC_DIRECTORY,
    LIST,
    LOCK,
    WRITE,
    READ,
    FORCE,
    SIZE,
    KEY,
    CLOSE
  }

  boolean canStrike(Step step) {
    return switch (this) {
      case ERROR, KILL, POWER_CUT -> true;
      case LATE_ERROR ->
          switch (step) {
            case MAKE_DIRECTORY, MOVE, DELETE, SYNC_DIRECTORY, WRITE, FORCE -> true;
            default -> false;
          };
      case SHORT_WRITE -> step == Step.WRITE;
      case FULL -> step == Step.WRITE || step == Step.CREATE;
      case FULL_AT_FORCE, LOST_AT_FORCE -> step == Step.FORCE;
      case INTERRUPT -> step == Step.WRITE || step == Step.READ || step == Step.FORCE;
    };
  }

  /** Whether the process does not live on. */
  public boolean isEnd() {
    return this == KILL || this == POWER_CUT;
  }
}
