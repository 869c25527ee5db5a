package io.github.resilientllm.examples.queues;

import io.github.resilientllm.chat.ErrorKind;

/** Where answers go; whatever comes twice with the same id is sent once. */
interface Replies {
  void send(String id, String text);

  /** The work fails by its own fault. */
  void giveUp(String id, ErrorKind why);
}
