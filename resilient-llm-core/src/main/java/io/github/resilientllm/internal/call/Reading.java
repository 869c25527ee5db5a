package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.target.Clocks;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.ProviderException;
import org.jspecify.annotations.Nullable;

/**
 * The reading of the attempt that won: its pieces, and the clocks over them, in which the time that
 * the caller takes between two reads is not counted.
 *
 * <p>A model that thinks is granted its silence: until the first piece that is no reasoning the
 * clock of thinking holds, and the clock of the attempt begins there.
 */
final class Reading {
  private final Time time;
  private final Frame frame;
  private final LiveAttempt attempt;
  private final Clocks clocks;
  private boolean thinking;
  private long writingSince;
  private long callersNanos;
  private long leftAt = -1; // negative while the caller is here

  Reading(Time time, Frame frame, LiveAttempt attempt) {
    this.time = time;
    this.frame = frame;
    this.attempt = attempt;
    this.clocks = frame.clocks(attempt.index());
    this.thinking = Frame.thinks(attempt.target(), attempt.fit().asked());
    this.writingSince = attempt.startedAt();
  }

  LiveAttempt attempt() {
    return attempt;
  }

  /** The caller goes away with a piece. */
  void callerLeft() {
    leftAt = time.nanos();
  }

  /** The caller is back for the next one. */
  void callerCame() {
    if (leftAt >= 0) {
      callersNanos += time.nanos() - leftAt;
      leftAt = -1;
    }
  }

  /** The next piece; null when the answer is complete. */
  ChatEvent.@Nullable Delta next() throws ProviderException {
    ChatEvent.Delta piece;
    try {
      piece = attempt.isFirstReady() ? attempt.next(Time.NEVER) : blockForNext();
    } catch (ProviderException e) {
      throw causeOf(e);
    }
    if (piece != null && isReasoning(piece)) {
      thinking = true;
    } else if (thinking) {
      thinking = false;
      writingSince = time.nanos() - callersNanos;
    }
    return piece;
  }

  private static boolean isReasoning(ChatEvent.Delta piece) {
    return piece instanceof ChatEvent.NativeDelta told
        ? told.meaning().stream().allMatch(ChatEvent.ReasoningDelta.class::isInstance)
        : piece instanceof ChatEvent.ReasoningDelta;
  }

  private ChatEvent.@Nullable Delta blockForNext() throws ProviderException {
    long until = Math.min(frame.deadline(), end());
    if (attempt.isStreaming()) {
      long stall = thinking ? Math.max(clocks.stall(), clocks.thinking()) : clocks.stall();
      until = Math.min(until, time.nanos() + stall);
    }
    return attempt.next(until);
  }

  /** What ended the attempt: its own failure, unless one of our clocks closed it. */
  private ProviderException causeOf(ProviderException failure) {
    long now = time.nanos();
    frame.check(now);
    if (!attempt.isExpired()) {
      return failure;
    }
    if (now < end()) {
      return new ProviderException(
          ErrorKind.STALLED, "silent for " + clocks.stall() / 1_000_000 + " ms");
    }
    return new ProviderException(ErrorKind.TIMEOUT, "not finished in time");
  }

  /** When the attempt has had its time. */
  private long end() {
    long own = thinking ? Math.max(clocks.attempt(), clocks.thinking()) : clocks.attempt();
    return writingSince + own + callersNanos;
  }
}
