package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;

/** What the faces of the engine pull to its one end: a call, or several with tools between them. */
interface Exchange {

  /** Starts the clocks; the first read does it otherwise. */
  void begin();

  /** The instant at which it is over; only after it has begun. */
  long deadline();

  /**
   * Blocks for the next event, the last one being {@code Finished}.
   *
   * @throws LlmException when it fails, and again each time after that
   */
  ChatEvent next();

  /**
   * Blocks for the whole answer.
   *
   * @throws LlmException when it fails
   */
  ChatResponse whole();

  /** Ends it on the wire unless it has ended. Any thread, any time. */
  void cancel();

  /** Ends it before it began: the executor would not take it. */
  LlmException rejected(Throwable cause);
}
