package io.github.resilientllm.internal.outbox.drain;

/** How the last items fared with the vendor. */
final class Health {
  private static final int KNOWN = 20;
  private static final int ENOUGH = 10;

  private long outcomes; // a bit for each, the latest lowest: 1 if it was answered
  private int known;

  void answered(boolean isAnswered) {
    outcomes = (outcomes << 1 | (isAnswered ? 1 : 0)) & ((1L << KNOWN) - 1);
    known = Math.min(KNOWN, known + 1);
  }

  /** The share of the last ones that were answered; 0 while too few are known. */
  double share() {
    return known < ENOUGH ? 0 : (double) Long.bitCount(outcomes) / known;
  }
}
