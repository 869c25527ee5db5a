package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ChatEvent.Delta;
import io.github.resilientllm.provider.Completion;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an answer so far: the pieces not handed out yet, and what will be its {@link
 * Completion}. Used by one thread.
 */
abstract class Draft {
  final ArrayDeque<Delta> pieces = new ArrayDeque<>();

  /** Takes out the next piece; null if there is none at the moment. */
  final @Nullable Delta poll() {
    return pieces.poll();
  }

  final boolean hasPieces() {
    return !pieces.isEmpty();
  }

  final void dropPieces() {
    pieces.clear();
  }

  /** Whether the protocol's terminal marker was seen. */
  abstract boolean isComplete();

  abstract Completion completion(ResponseHead head);
}
