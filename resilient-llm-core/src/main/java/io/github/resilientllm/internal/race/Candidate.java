package io.github.resilientllm.internal.race;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One target within a {@link Race}: what it has been asked, and when it may be asked again. */
final class Candidate {
  /** Longer than any call; a server may name a delay that nanoseconds cannot hold. */
  private static final Duration LONGEST = Duration.ofDays(1);

  /** An eighth of the wait parts those who were sent away together, and costs nobody much. */
  private static final int SPREAD = 8;

  final int target;
  int tries; // hedges left out
  int running;
  long readyAt;
  long waitingSince = -1; // negative while it does not

  /** Whether the wait is our own backoff, which is worth it, rather than somebody's limit. */
  boolean waitIsOurs;

  boolean out;

  /** Whether its breaker is open, so that it is asked only if it is the last. */
  boolean ejected;

  /** Whether it is full, and its siblings are asked first. */
  boolean putOff;

  /** Whether it is asked again only when nobody else is left. */
  boolean asLastResort;

  /** Why its context window cannot hold the request; null if nothing is known against it. */
  @Nullable String tooSmall;

  /** The failure after which it may be asked again; null if there is none. */
  @Nullable ProviderException failure;

  long failedAt;
  private long lastDelay;

  @Nullable Refusal refusal;

  Candidate(int target) {
    this.target = target;
  }

  /** An attempt began. */
  void started() {
    running++;
    readyAt = 0;
    waitingSince = -1;
    failure = null;
    putOff = false;
  }

  /**
   * It may be asked again, after our own delay beyond the one that the server asked for: those who
   * were sent away together must not come back together.
   */
  void failed(ProviderException its, Retry policy, double random, long now) {
    if (failure != null && failedAt + serverDelay(failure) > now + serverDelay(its)) {
      return; // one before asked for longer
    }
    int retry = Math.max(1, tries); // 0 if all that failed here was a hedge
    lastDelay = Backoff.delayNanos(policy, its.kind(), retry, lastDelay, random);
    failure = its;
    failedAt = now;
    readyAt = now + serverDelay(its) + own(policy, its, random);
    waitingSince = now;
    waitIsOurs = its.retryAfter().isEmpty() && !isLimit(its);
  }

  void leftQueue() {
    readyAt = 0;
    waitingSince = -1;
  }

  /** Whether it has not been asked, and nothing is known against it but perhaps a wait. */
  boolean isFresh() {
    return !out && tries == 0 && running == 0 && failure == null && !putOff;
  }

  /** Whether nothing stands against one more attempt at this instant. */
  boolean isUnhindered() {
    return !out && failure == null && readyAt == 0;
  }

  /** Our own delay; where the server names one, so much as spreads those who were told the same. */
  private long own(Retry policy, ProviderException its, double random) {
    if (its.retryAfter().isEmpty()) {
      return lastDelay;
    }
    double share = policy.jitter() == Retry.Jitter.NONE ? 1 : random;
    return Math.min(policy.maxDelay().toNanos(), (long) (share * serverDelay(its) / SPREAD));
  }

  private static boolean isLimit(ProviderException failure) {
    return failure.kind() == ErrorKind.RATE_LIMITED;
  }

  private static long serverDelay(ProviderException failure) {
    Duration delay = failure.retryAfter().orElse(Duration.ZERO);
    return delay.compareTo(LONGEST) < 0 ? delay.toNanos() : LONGEST.toNanos();
  }

  @Override
  public String toString() {
    return (out ? "out after " : "in after ") + tries + ", ready at " + readyAt;
  }
}
