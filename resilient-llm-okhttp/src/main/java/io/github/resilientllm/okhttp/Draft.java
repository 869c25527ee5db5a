package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ChatEvent.Delta;
import io.github.resilientllm.provider.Completion;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an answer so far: the pieces not handed out yet, and what will be its {@link
 * Completion}. Used by one thread.
 */
interface Draft {

  /** Takes out the next piece; null if there is none at the moment. */
  @Nullable Delta poll();

  boolean hasPieces();

  void dropPieces();

  /** Whether the protocol's terminal marker was seen. */
  boolean isComplete();

  Completion completion(ResponseHead head);
}
