package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.chat.ChatEvent.Delta;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.provider.Completion;
import java.util.Queue;

/** What is known of an answer so far. Used by one thread. */
public interface Draft {

  /** The pieces that were read and not handed out yet; whoever hands one out takes it from here. */
  Queue<Delta> pieces();

  /** Whether the protocol's terminal marker was seen. */
  boolean isComplete();

  /** What is said about the answer, once it is complete. */
  Completion completion(ResponseHead head);
}
