package io.github.resilientllm.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A history without turns that failed: what a model may be asked with. */
final class WholeHistory {
  private WholeHistory() {}

  /**
   * The same messages without each question that the next one follows unanswered, and without the
   * tool calls of such a turn that lack results. The last turn stays as it is: it is still going
   * on.
   */
  static List<ChatMessage> of(List<ChatMessage> messages) {
    List<ChatMessage> whole = new ArrayList<>(messages.size());
    for (ChatMessage message : messages) {
      if (message instanceof UserMessage) {
        dropOpenEnd(whole);
      }
      whole.add(message);
    }
    return whole;
  }

  private static void dropOpenEnd(List<ChatMessage> messages) {
    int results = 0;
    Set<String> answered = new HashSet<>();
    while (last(messages, results) instanceof ToolExecutionResultMessage result) {
      answered.add(TheirMessages.idOf(result.id(), result.toolName()));
      results++;
    }
    if (last(messages, results) instanceof AiMessage calls && !answered.containsAll(idsOf(calls))) {
      removeLast(messages, results + 1);
    }
    if (last(messages, 0) instanceof UserMessage) {
      removeLast(messages, 1);
    }
  }

  private static List<String> idsOf(AiMessage answer) {
    return answer.toolExecutionRequests().stream().map(WholeHistory::idOf).toList();
  }

  private static String idOf(ToolExecutionRequest request) {
    return TheirMessages.idOf(request.id(), request.name());
  }

  private static @Nullable ChatMessage last(List<ChatMessage> messages, int before) {
    int index = messages.size() - 1 - before;
    return index < 0 ? null : messages.get(index);
  }

  private static void removeLast(List<ChatMessage> messages, int count) {
    messages.subList(messages.size() - count, messages.size()).clear();
  }
}
