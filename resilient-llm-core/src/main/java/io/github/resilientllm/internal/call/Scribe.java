package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.provider.CallOptions;
import org.jspecify.annotations.Nullable;

/**
 * Who says what a call of a conversation asks, and writes down what becomes of it.
 *
 * <p>{@link #cancel} apart, its methods are called by whoever holds the call. Those that block end
 * early when the thread is interrupted or the scribe is cancelled; the call then finds out why.
 */
public interface Scribe {

  /** The conversation that is written down; null if none is. */
  default @Nullable String conversation() {
    return null;
  }

  /**
   * Writes the question down and says what to send. Blocks; nothing is sent before it returns.
   *
   * @param callId the call's number in events
   * @param deadline in the engine's nanoseconds
   * @return null if the question is answered already, by {@link #answer}
   * @throws JournalException if it could not be written down
   */
  @Nullable ChatRequest ask(long callId, long deadline);

  /** The answer that is known without a call; only after {@link #ask} returned null. */
  default ChatResponse answer() {
    throw new IllegalStateException("the answer is not known");
  }

  /** The beginning of the answer, from before a crash, that the call goes on from; mostly empty. */
  default String saidBefore() {
    return "";
  }

  /** What broke the answer off that {@link #saidBefore} began. */
  default ErrorKind brokenBy() {
    return ErrorKind.STREAM_TRUNCATED;
  }

  /** How long tools ran in {@link #ask}: time that the call is not to count. */
  default long toolNanos() {
    return 0;
  }

  /**
   * The request for a target whose context window is known, with so much of the history as fits.
   *
   * @return the request itself if all of it fits; null if the target is to be passed over
   */
  default @Nullable ChatRequest fit(ChatRequest request, int contextWindow) {
    return request;
  }

  /** How an attempt at a target is to be made. Does not block. */
  default CallOptions options(String target, CallOptions options) {
    return options;
  }

  /** A request goes to a target. Does not block. */
  default void attempted(String target, Attempt.Kind kind) {}

  /**
   * More of the answer is there, before the caller sees it: a delta, of native pieces their
   * meaning, or a seam.
   *
   * @throws JournalException if it could not be written down
   */
  default void said(ChatEvent event) {}

  /**
   * Writes the answer down, before the caller sees it. Blocks until the deadline.
   *
   * @return the answer as the caller gets it
   * @throws JournalException if it could not be written down
   */
  ChatResponse answered(ChatResponse response);

  /** The call ended without an answer, perhaps before it asked. Does not block. */
  void failed(LlmException failure);

  /** Ends what blocks. Any thread, any time. */
  default void cancel() {}

  /** Nobody writes anything down. */
  Scribe NONE =
      new Scribe() {
        @Override
        public ChatRequest ask(long callId, long deadline) {
          throw new IllegalStateException("the call brings its request");
        }

        @Override
        public ChatResponse answered(ChatResponse response) {
          return response;
        }

        @Override
        public void failed(LlmException failure) {}
      };
}
