package io.github.resilientllm.internal.target;

import io.github.resilientllm.provider.Pacing;
import io.github.resilientllm.provider.ProviderException;

/**
 * The right to one attempt at a target, owned by the call that was given it, which ends it exactly
 * once: by {@link #succeeded}, {@link #failed} or {@link #release}. Whatever is said after that is
 * not heard. Used by one thread at a time.
 */
public final class Permit {
  private final Standing standing;
  private final boolean forced;
  private final long number;
  private final long since;
  private boolean probe;
  private boolean trial;
  private boolean accepted;
  private boolean over;

  /**
   * A permit.
   *
   * @param probe whether it is the one probe of an open breaker
   * @param forced whether it was given although the breaker was open
   * @param trial whether it is the one attempt that looks whether the vendor still refuses
   * @param number how many attempts the vendor's limits had admitted up to it; 0 where it tells of
   *     none
   * @param since the instant at which it was given
   */
  Permit(Standing standing, boolean probe, boolean forced, boolean trial, long number, long since) {
    this.standing = standing;
    this.probe = probe;
    this.forced = forced;
    this.trial = trial;
    this.number = number;
    this.since = since;
  }

  /**
   * The attempt has said its first content, which is the answer to a probe and to a trial: a slow
   * reader does not keep the others waiting.
   */
  public void spoke(long now) {
    if (over) {
      return;
    }
    if (probe || forced) {
      standing.proved(now);
      probe = false;
    }
    accepted(now);
    trial = false;
  }

  /**
   * The attempt answered.
   *
   * @param slow whether its first content came so late that it counts as a failure
   */
  public void succeeded(boolean slow, long now) {
    if (!over) {
      accepted(now);
      over = true;
      standing.succeeded(this, slow && !probe && !forced, now);
    }
  }

  /**
   * The attempt failed for a reason that may say something about the target.
   *
   * @param sent whether the vendor was asked at all; a probe that was not says nothing
   * @param again whether the call may ask once more, so that not even a refused key is final yet
   * @param serverDelayNanos how long the server asked to wait; 0 if it did not
   * @return whether the breaker is open now
   */
  public boolean failed(
      ProviderException failure, boolean sent, boolean again, long serverDelayNanos, long now) {
    if (over) {
      return false;
    }
    if (probe && !sent) {
      release(now);
      return true;
    }
    over = true;
    return standing.failed(this, failure, again, serverDelayNanos, now);
  }

  /** The attempt was ended by us, or never made; that says nothing about the target. */
  public void release(long now) {
    if (!over) {
      over = true;
      standing.released(this, now);
    }
  }

  /** The vendor said what is left of its limits; see {@link Standing#told}. */
  public void told(Pacing said, long answerTokens, long at, long now) {
    standing.told(said, number, answerTokens, at, now);
  }

  private void accepted(long now) {
    if (!accepted) {
      accepted = true;
      standing.accepted(since, trial, number, now);
    }
  }

  boolean isProbe() {
    return probe;
  }

  boolean isForced() {
    return forced;
  }

  boolean isTrial() {
    return trial;
  }

  long since() {
    return since;
  }
}
