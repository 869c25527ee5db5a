package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatResponse;
import org.jspecify.annotations.Nullable;

/** The calls that answer one question: the first, and one more each time tools have run. */
public interface Rounds {

  /** The scribe of the first call. */
  Scribe first();

  /**
   * Runs the tools that an answer calls, on the thread that reads it.
   *
   * @return the scribe of the call that tells the model what they said; null if the answer is the
   *     last
   */
  @Nullable Scribe next(ChatResponse answer);

  /** Runs no more tools. Any thread, any time. */
  void cancel();
}
