package io.github.resilientllm.examples.chat;

import io.github.resilientllm.chat.Message;
import java.util.List;

/**
 * Where a chat keeps what was said. In memory for now; whoever wants to keep it on disk begins
 * here.
 *
 * <p>A question is in the history only together with its answer: one that failed or was cancelled
 * is not answered by accident in the next turn.
 */
interface History {

  /** What was said so far, oldest first. */
  List<Message> messages();

  /** Adds a question with its whole answer. */
  void add(Message question, Message answer);
}
