package io.github.resilientllm;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.internal.outbox.drain.Task;
import io.github.resilientllm.outbox.OutboxItem;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** An answer on its way to its {@link OutboxHandler}. {@code toString} shows no content. */
public final class Delivery {
  private final OutboxItem item;
  private final Task task;
  private final ChatResponse answer;

  Delivery(OutboxItem item, Task task, ChatResponse answer) {
    this.item = item;
    this.task = task;
    this.answer = answer;
  }

  /** The item's id. */
  public String id() {
    return item.id();
  }

  /**
   * What is the same whenever this answer is delivered, and another for all others: the item's key,
   * or its id if it has none.
   */
  public String key() {
    return item.key().orElse(item.id());
  }

  /** The answer. */
  public ChatResponse answer() {
    return answer;
  }

  /** The text of the answer. */
  public String text() {
    return answer.text();
  }

  /** What was noted with the work, such as an address; empty if nothing was. */
  public Map<String, String> attributes() {
    return task.attributes();
  }

  /**
   * One of them.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public String attribute(String name) {
    String value = task.attributes().get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "The work has no attribute \"%s\"; it has %s"
              .formatted(name, task.attributes().keySet()));
    }
    return value;
  }

  /** Whose it is; empty for nobody's. */
  public String tenant() {
    return item.tenant();
  }

  /** When the work was submitted. */
  public Instant submittedAt() {
    return item.submittedAt();
  }

  /** What was asked; empty for a turn of a conversation. */
  public Optional<ChatRequest> request() {
    return Optional.ofNullable(task.request());
  }

  /** The conversation whose turn it is; empty for a request. */
  public Optional<String> conversation() {
    return Optional.ofNullable(task.conversation());
  }

  /** How often it was tried to deliver this before, and failed. */
  public int failures() {
    return item.handlings();
  }

  @Override
  public String toString() {
    return "Delivery[" + item.id() + " for " + item.handler() + "]";
  }
}
