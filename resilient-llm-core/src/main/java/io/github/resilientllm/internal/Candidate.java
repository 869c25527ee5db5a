package io.github.resilientllm.internal;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.guard.Admission;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One target within a {@link Race}: what it has been asked, and when it may be asked again. */
final class Candidate {
  /** Longer than any call; a server may name a delay that nanoseconds cannot hold. */
  private static final Duration LONGEST = Duration.ofDays(1);

  int tries;
  byte running; // one and its hedges; an int would make each candidate 8 bytes larger
  long readyAt;
  long waitingSince = -1; // negative while it does not

  /** Whether the wait is our own backoff, which is worth it, rather than somebody's limit. */
  boolean waitIsOurs;

  boolean out;

  /** Whether its first attempt followed a sibling's failure that was the sibling's own. */
  boolean isFree;

  /** Whether its failure has been decided about: its siblings are asked first. */
  boolean parked;

  /** Whether what its failure costs has been paid, and nothing been asked since. */
  boolean paid;

  /** Whether it is full, and its siblings are asked first. */
  boolean putOff;

  long failedAt;
  long lastDelay;
  @Nullable ProviderException pending;
  @Nullable ErrorKind retriedAfter;

  /** The failure whose retry is paid for and has not begun. */
  @Nullable ProviderException scheduled;

  Admission.@Nullable Verdict refusal;

  /** An attempt began. */
  void started() {
    running++;
    readyAt = 0;
    waitingSince = -1;
    pending = null;
    scheduled = null;
    if (refusal == Admission.Verdict.OPEN) {
      refusal = null; // it was forced; whether it is retried is for the budget to say
      out = false;
    }
  }

  /** Keeps the failure to decide about: the last one, unless one before it asked for longer. */
  void failed(ProviderException failure, long now) {
    if (pending == null || now + delay(failure) >= failedAt + delay(pending)) {
      pending = failure;
      failedAt = now;
    }
    parked = false;
  }

  /** The call left its queue, and may come back as if it had not been there. */
  void leaveQueue() {
    readyAt = 0;
    waitingSince = -1;
  }

  /** It is out of this call. */
  void giveUp() {
    out = true;
    pending = null;
  }

  /** A sibling's attempt used up what was paid for this retry: it is to be decided about again. */
  void unschedule() {
    if (scheduled != null) {
      pending = scheduled;
      scheduled = null;
      readyAt = 0;
    }
  }

  private static long delay(ProviderException failure) {
    Duration delay = failure.retryAfter().orElse(Duration.ZERO);
    return delay.compareTo(LONGEST) < 0 ? delay.toNanos() : LONGEST.toNanos();
  }

  /** Whether it has not been asked, and nothing is known against it but perhaps a wait. */
  boolean isFresh() {
    return !out && tries == 0 && running == 0 && pending == null && !putOff;
  }

  /** Whether nothing stands against one more attempt at this instant. */
  boolean mayStart() {
    return !out && pending == null && readyAt == 0;
  }

  @Override
  public String toString() {
    return (out ? "out after " : "in after ") + tries + ", ready at " + readyAt;
  }
}
