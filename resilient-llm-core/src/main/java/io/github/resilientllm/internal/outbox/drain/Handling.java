package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.outbox.OutboxItem;

/** Gives an answer to the application. */
public interface Handling {
  void handle(OutboxItem item, Task task, ChatResponse answer) throws Exception;
}
