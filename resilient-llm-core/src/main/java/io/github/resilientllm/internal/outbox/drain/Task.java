package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.chat.ChatRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be asked: a request, or the next question of a conversation.
 *
 * @param request null for a question
 * @param conversation null for a request
 * @param question null for a request
 * @param attributes what the application notes for its handler
 */
public record Task(
    @Nullable ChatRequest request,
    @Nullable String conversation,
    @Nullable String question,
    Map<String, String> attributes) {
  /** Copies the attributes. */
  public Task {
    attributes = Map.copyOf(attributes);
  }
}
