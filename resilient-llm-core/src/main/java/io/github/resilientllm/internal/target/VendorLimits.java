package io.github.resilientllm.internal.target;

import io.github.resilientllm.provider.Pacing;
import java.time.Duration;

/**
 * A vendor's own limits of one target, as far as it tells of them: of requests, and of tokens by
 * what an answer has taken on average.
 */
final class VendorLimits {
  /** The share of the latest answer in the average. */
  private static final double LATEST = 0.2;

  // Guarded by this object's lock.
  private final Allowance requests = new Allowance();
  private final Allowance tokens = new Allowance();
  private long admitted;
  private double tokensPerAnswer;

  /** Learns what an answer took. */
  synchronized void took(long answerTokens) {
    tokensPerAnswer =
        tokensPerAnswer == 0
            ? answerTokens
            : tokensPerAnswer + LATEST * (answerTokens - tokensPerAnswer);
  }

  /**
   * Takes the vendor's word.
   *
   * @param teller the number of the attempt that was told
   * @param at the instant at which it was told
   */
  synchronized void told(Pacing said, long teller, long at, long now) {
    requests.told(
        (double) said.limitRequests(),
        (double) said.remainingRequests(),
        nanos(said.requestsResetAfter()),
        teller,
        at,
        now);
    if (tokensPerAnswer >= 1) {
      tokens.told(
          said.limitTokens() / tokensPerAnswer,
          said.remainingTokens() / tokensPerAnswer,
          nanos(said.tokensResetAfter()),
          teller,
          at,
          now);
    }
  }

  /** An attempt was refused, with a delay in nanoseconds or 0 without. */
  synchronized void refused(long delay, long now) {
    requests.refused(admitted, delay, now);
    tokens.refused(admitted, delay, now);
  }

  /** An attempt was taken. */
  synchronized void answered(long number) {
    requests.answered(number);
    tokens.answered(number);
  }

  /** The instant at which an attempt may start; 0 if it may now. */
  synchronized long turn(boolean background, long now) {
    return Math.max(
        requests.turn(admitted, background, now), tokens.turn(admitted, background, now));
  }

  /** Takes a turn if there is one; the instant of the next one if not, and 0 if so. */
  synchronized long tryTake(boolean background, long now) {
    long turn = turn(background, now);
    if (turn == 0) {
      requests.take(admitted, now);
      tokens.take(admitted, now);
      admitted++;
    }
    return turn;
  }

  /** Gives a turn back that was not used. */
  synchronized void giveBack() {
    requests.giveBack();
    tokens.giveBack();
    admitted--;
  }

  /** The number of the last attempt that was admitted. */
  synchronized long admitted() {
    return admitted;
  }

  /** What nanoseconds cannot hold is absurd in any case. */
  private static long nanos(Duration time) {
    return time.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : time.toNanos();
  }
}
