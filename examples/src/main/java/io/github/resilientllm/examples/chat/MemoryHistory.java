package io.github.resilientllm.examples.chat;

import io.github.resilientllm.chat.Message;
import java.util.ArrayList;
import java.util.List;

/** A history that ends with the program. */
final class MemoryHistory implements History {
  private final List<Message> messages = new ArrayList<>();

  /** A history that begins with instructions; none if they are empty. */
  MemoryHistory(String system) {
    if (!system.isEmpty()) {
      messages.add(Message.system(system));
    }
  }

  @Override
  public List<Message> messages() {
    return List.copyOf(messages);
  }

  @Override
  public void add(Message question, Message answer) {
    messages.add(question);
    messages.add(answer);
  }
}
