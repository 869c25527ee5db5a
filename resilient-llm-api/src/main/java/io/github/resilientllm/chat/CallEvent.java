package io.github.resilientllm.chat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that happens inside a client, for metrics, traces and logs. No event holds content.
 *
 * <p>{@code callId} is a number that is unique within one client; it ties a call's events together.
 */
public sealed interface CallEvent {

  /**
   * A call begins, on the thread of whoever makes it; a stream when it is first read.
   *
   * @param streaming whether the caller reads a stream
   * @param conversation the conversation that the call belongs to; null if to none
   */
  record CallStarted(long callId, boolean streaming, @Nullable String conversation)
      implements CallEvent {}

  /**
   * An attempt begins. A hedge and a fallback are told by the kind.
   *
   * @param number 1 for the call's first attempt
   */
  record AttemptStarted(long callId, String target, Attempt.Kind kind, int number)
      implements CallEvent {}

  /**
   * An attempt delivered its first content.
   *
   * @param after since the attempt's start
   */
  record FirstToken(long callId, String target, Duration after) implements CallEvent {}

  /** An attempt ended, was cancelled as a loser, or was not made. */
  record AttemptEnded(long callId, Attempt attempt) implements CallEvent {}

  /**
   * A retry will be made.
   *
   * @param delay how long the call waits for it
   * @param byServer whether the server named the delay
   */
  record RetryScheduled(long callId, String target, Duration delay, boolean byServer)
      implements CallEvent {}

  /**
   * A conversation's journal failed, and the conversation goes on without it, as it was told to.
   *
   * @param reason one sentence, with the place and without content
   */
  record JournalFailed(long callId, String reason) implements CallEvent {}

  /** A target's circuit breaker changed its state. */
  record BreakerChanged(String target, BreakerState from, BreakerState to) implements CallEvent {}

  /**
   * A call ended.
   *
   * @param error why it failed; null if it answered
   * @param answeredBy the target that answered; null if none did
   * @param duration from the call's start
   * @param answer what there is to say of the answer; null if there is none
   */
  record CallEnded(
      long callId,
      Outcome outcome,
      @Nullable ErrorKind error,
      @Nullable String answeredBy,
      Duration duration,
      @Nullable AnswerFacts answer)
      implements CallEvent {}

  /**
   * An answer without its content.
   *
   * @param id the vendor's id of the answer; empty if it sent none
   * @param model the model's name in the answer; empty if the vendor sent none
   * @param finishReason why the model stopped
   * @param usage the tokens; those of an answer that a conversation kept from an earlier call were
   *     paid for then, and no attempt was made
   */
  record AnswerFacts(String id, String model, FinishReason finishReason, Usage usage) {}
}
