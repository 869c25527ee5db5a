package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.chat.ChatEvent.Delta;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.provider.Completion;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an answer so far: the pieces not handed out yet, and what will be its {@link
 * Completion}. Used by one thread.
 */
public abstract class Draft {
  protected final ArrayDeque<Delta> pieces = new ArrayDeque<>();

  /** Takes out the next piece; null if there is none at the moment. */
  public final @Nullable Delta poll() {
    return pieces.poll();
  }

  public final boolean hasPieces() {
    return !pieces.isEmpty();
  }

  final void dropPieces() {
    pieces.clear();
  }

  /** Whether the protocol's terminal marker was seen. */
  protected abstract boolean isComplete();

  protected abstract Completion completion(ResponseHead head);
}
