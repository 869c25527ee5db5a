package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.chat.model.Generation;

/** Answers of ours as responses of Spring AI: its own where its model gave them. */
final class Answers {
  /** As Spring AI's OpenAI model has it. */
  private static final String REASONING = "reasoningContent";

  private Answers() {}

  /** A whole response. */
  static org.springframework.ai.chat.model.ChatResponse whole(ChatResponse answer) {
    return answer.nativeResponse().orElse(null)
            instanceof org.springframework.ai.chat.model.ChatResponse response
        ? response
        : response(answer, answer.text(), true);
  }

  /** A piece of text. */
  static org.springframework.ai.chat.model.ChatResponse chunk(String text) {
    return new org.springframework.ai.chat.model.ChatResponse(
        List.of(new Generation(new AssistantMessage(text))));
  }

  /**
   * What comes behind the last content of a stream.
   *
   * @param anyShown whether anything was shown
   * @param callsShown whether the tool calls were
   */
  static List<org.springframework.ai.chat.model.ChatResponse> rest(
      ChatResponse answer, boolean anyShown, boolean callsShown) {
    Object given = answer.nativeResponse().orElse(null);
    if (given instanceof List<?> chunks) {
      return chunks.stream()
          .map(org.springframework.ai.chat.model.ChatResponse.class::cast)
          .toList();
    }
    if (given instanceof org.springframework.ai.chat.model.ChatResponse whole) {
      return anyShown ? List.of() : List.of(whole);
    }
    return List.of(response(answer, "", !callsShown));
  }

  private static org.springframework.ai.chat.model.ChatResponse response(
      ChatResponse answer, String text, boolean withCalls) {
    Map<String, Object> metadata = new HashMap<>(Seals.of(answer));
    if (!answer.reasoning().isEmpty()) {
      metadata.put(REASONING, answer.reasoning());
    }
    AssistantMessage message =
        AssistantMessage.builder()
            .content(text)
            .properties(metadata)
            .toolCalls(withCalls ? calls(answer) : List.of())
            .build();
    ChatGenerationMetadata ended =
        ChatGenerationMetadata.builder().finishReason(answer.finishReason().name()).build();
    return new org.springframework.ai.chat.model.ChatResponse(
        List.of(new Generation(message, ended)),
        ChatResponseMetadata.builder()
            .id(answer.id())
            .model(answer.model())
            .usage(usage(answer.usage()))
            .build());
  }

  private static List<AssistantMessage.ToolCall> calls(ChatResponse answer) {
    return answer.toolCalls().stream()
        .map(
            call ->
                new AssistantMessage.ToolCall(call.id(), "function", call.name(), call.arguments()))
        .toList();
  }

  private static org.springframework.ai.chat.metadata.Usage usage(Usage usage) {
    if (usage.isUnknown()) {
      return new EmptyUsage();
    }
    return new DefaultUsage(
        count(usage.inputTokens()),
        count(usage.outputTokens()),
        count(usage.totalTokens()),
        null,
        usage.cachedInputTokens().isPresent() ? usage.cachedInputTokens().getAsLong() : null,
        usage.cacheWriteTokens().isPresent() ? usage.cacheWriteTokens().getAsLong() : null);
  }

  private static @Nullable Integer count(OptionalLong tokens) {
    return tokens.isPresent() ? (int) Math.min(Integer.MAX_VALUE, tokens.getAsLong()) : null;
  }
}
