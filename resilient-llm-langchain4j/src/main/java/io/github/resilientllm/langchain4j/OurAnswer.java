package io.github.resilientllm.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.Usage;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Our answer as LangChain4j's; where a model of LangChain4j gave it, its own object. */
final class OurAnswer {
  private OurAnswer() {}

  static dev.langchain4j.model.chat.response.ChatResponse of(ChatResponse response) {
    if (response.nativeResponse().orElse(null) instanceof NativeAnswer given) {
      return given.response();
    }
    AiMessage.Builder message =
        AiMessage.builder()
            .toolExecutionRequests(requests(response.toolCalls()))
            .attributes(Attributes.of(response));
    if (!response.text().isEmpty()) {
      message.text(response.text());
    }
    if (!response.reasoning().isEmpty()) {
      message.thinking(response.reasoning());
    }
    ChatResponseMetadata.Builder<?> metadata =
        ChatResponseMetadata.builder()
            .tokenUsage(usage(response.usage()))
            .finishReason(reason(response.finishReason()));
    if (!response.id().isEmpty()) {
      metadata.id(response.id());
    }
    if (!response.model().isEmpty()) {
      metadata.modelName(response.model());
    }
    return dev.langchain4j.model.chat.response.ChatResponse.builder()
        .aiMessage(message.build())
        .metadata(metadata.build())
        .build();
  }

  static List<ToolExecutionRequest> requests(List<ToolCall> calls) {
    return calls.stream().map(OurRequest::request).toList();
  }

  private static @Nullable TokenUsage usage(Usage usage) {
    if (usage.isUnknown()) {
      return null;
    }
    Integer input = count(usage.inputTokens());
    Integer output = count(usage.outputTokens());
    return usage.totalTokens().isPresent()
        ? new TokenUsage(input, output, count(usage.totalTokens()))
        : new TokenUsage(input, output);
  }

  private static @Nullable Integer count(OptionalLong tokens) {
    return tokens.isEmpty() ? null : (int) Math.min(Integer.MAX_VALUE, tokens.getAsLong());
  }

  private static FinishReason reason(io.github.resilientllm.chat.FinishReason reason) {
    return switch (reason) {
      case STOP -> FinishReason.STOP;
      case LENGTH -> FinishReason.LENGTH;
      case TOOL_CALLS -> FinishReason.TOOL_EXECUTION;
      case CONTENT_FILTER -> FinishReason.CONTENT_FILTER;
      case PAUSE, OTHER -> FinishReason.OTHER;
    };
  }
}
