package io.github.resilientllm.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.Completion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** LangChain4j's answer in our words. */
final class TheirAnswer {
  private TheirAnswer() {}

  /** All of a whole answer. */
  static List<ChatEvent.Delta> deltas(ChatResponse response) {
    AiMessage message = response.aiMessage();
    List<ChatEvent.Delta> deltas = new ArrayList<>();
    if (message.thinking() != null && !message.thinking().isEmpty()) {
      deltas.add(new ChatEvent.ReasoningDelta(message.thinking()));
    }
    if (message.text() != null && !message.text().isEmpty()) {
      deltas.add(new ChatEvent.TextDelta(message.text()));
    }
    int index = 0;
    for (ToolExecutionRequest request : message.toolExecutionRequests()) {
      deltas.add(delta(index++, request));
    }
    return deltas;
  }

  /** A whole tool call. */
  static ChatEvent.ToolCallDelta delta(int index, ToolExecutionRequest request) {
    return new ChatEvent.ToolCallDelta(
        index,
        TheirMessages.idOf(request.id(), request.name()),
        request.name(),
        request.arguments() == null ? "" : request.arguments());
  }

  /**
   * What is said about it, with the answer itself beside it.
   *
   * @param trailing the pieces behind the last content
   */
  static Completion completion(ChatResponse response, List<Object> trailing) {
    dev.langchain4j.model.output.FinishReason reason = response.finishReason();
    return Completion.builder(reason(reason, response.aiMessage()))
        .vendorFinishReason(reason == null ? "" : reason.name())
        .usage(usage(response.tokenUsage()))
        .from(orEmpty(response.id()), orEmpty(response.modelName()))
        .nativeResponse(new NativeAnswer(trailing, response))
        .build();
  }

  private static FinishReason reason(
      dev.langchain4j.model.output.@Nullable FinishReason reason, AiMessage message) {
    if (reason == null) { // of a model that tells none
      return message.hasToolExecutionRequests() ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }
    return switch (reason) {
      case STOP -> FinishReason.STOP;
      case LENGTH -> FinishReason.LENGTH;
      case TOOL_EXECUTION -> FinishReason.TOOL_CALLS;
      case CONTENT_FILTER -> FinishReason.CONTENT_FILTER;
      case OTHER -> FinishReason.OTHER;
    };
  }

  private static Usage usage(@Nullable TokenUsage usage) {
    if (usage == null) {
      return Usage.unknown();
    }
    return Usage.of(count(usage.inputTokenCount()), count(usage.outputTokenCount()))
        .withTotal(count(usage.totalTokenCount()));
  }

  private static long count(@Nullable Integer tokens) {
    return tokens == null ? -1 : tokens;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
