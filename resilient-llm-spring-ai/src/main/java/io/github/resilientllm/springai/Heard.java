package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.Completion;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.util.ClassUtils;

/** What the responses of one attempt say in our words; used by one thread at a time. */
final class Heard {
  /** Under which metadata models show their reasoning: so far, or that the text is part of it. */
  private static final String REASONING_SO_FAR = "reasoningContent";

  private static final List<String> IS_THOUGHT = List.of("isThought", "thinking");

  private int reasoned;
  private int calls;
  private @Nullable String finishReason;
  private @Nullable String refusal;
  private Usage usage = Usage.unknown();
  private String id = "";
  private String model = "";

  /** What a chunk, or a whole response, says; empty if nothing. */
  List<ChatEvent.Delta> meaning(ChatResponse response) {
    hear(response.getMetadata());
    Generation first = response.getResult();
    if (first == null) {
      return List.of();
    }
    String reason = first.getMetadata().getFinishReason();
    if (reason != null && !reason.isBlank()) {
      finishReason = reason;
    }
    AssistantMessage said = first.getOutput();
    if (said.getMetadata().get("refusal") instanceof String words && !words.isBlank()) {
      refusal = words;
    }
    List<ChatEvent.Delta> meaning = new ArrayList<>(2);
    hearText(said, meaning);
    for (AssistantMessage.ToolCall call : said.getToolCalls()) {
      meaning.add(new ChatEvent.ToolCallDelta(calls++, call.id(), call.name(), call.arguments()));
    }
    return meaning;
  }

  private void hearText(AssistantMessage said, List<ChatEvent.Delta> meaning) {
    String text = said.getText() == null ? "" : said.getText();
    if (IS_THOUGHT.stream().anyMatch(key -> isTrue(said.getMetadata().get(key)))) {
      meaning.add(new ChatEvent.ReasoningDelta(text)); // of some models the flag comes alone
      return;
    }
    String reasoning = reasoning(said);
    if (!reasoning.isEmpty()) {
      meaning.add(new ChatEvent.ReasoningDelta(reasoning));
    }
    if (!text.isEmpty()) {
      meaning.add(new ChatEvent.TextDelta(text));
    }
  }

  private static boolean isTrue(@Nullable Object flag) {
    return flag != null && Boolean.parseBoolean(flag.toString());
  }

  /** The next piece of reasoning: the rest of what was said so far, or what a message holds. */
  private String reasoning(AssistantMessage said) {
    if (said.getMetadata().get(REASONING_SO_FAR) instanceof String soFar) {
      String next = soFar.substring(Math.min(reasoned, soFar.length()));
      reasoned = soFar.length();
      return next;
    }
    if (said.getClass() == AssistantMessage.class) {
      return "";
    }
    Method own = ClassUtils.getMethodIfAvailable(said.getClass(), "getReasoningContent");
    try {
      return own != null && own.invoke(said) instanceof String piece ? piece : "";
    } catch (ReflectiveOperationException e) {
      return "";
    }
  }

  private void hear(ChatResponseMetadata metadata) {
    id = metadata.getId() == null || metadata.getId().isEmpty() ? id : metadata.getId();
    model =
        metadata.getModel() == null || metadata.getModel().isEmpty() ? model : metadata.getModel();
    var told = metadata.getUsage();
    if (told == null) {
      return;
    }
    long input = count(told.getPromptTokens());
    long output = count(told.getCompletionTokens());
    if (input + output > 0) {
      usage = Usage.of(input, output).withTotal(count(told.getTotalTokens()));
      Long cached = told.getCacheReadInputTokens();
      usage = cached == null ? usage : usage.withCachedInput(cached);
      Long written = told.getCacheWriteInputTokens();
      usage = written == null ? usage : usage.withCacheWrite(written);
    }
  }

  private static long count(@Nullable Integer tokens) {
    return tokens == null ? 0 : tokens;
  }

  /** Whether it was said why the model stopped. */
  boolean isFinished() {
    return finishReason != null;
  }

  /** What is known of a complete answer, with what goes beside it. */
  Completion completion(@Nullable Object nativeResponse) {
    String word = finishReason == null ? "" : finishReason;
    return Completion.builder(calls > 0 && word.isEmpty() ? FinishReason.TOOL_CALLS : meaning(word))
        .vendorFinishReason(word)
        .usage(usage)
        .from(id, model)
        .refusal(refusal)
        .nativeResponse(nativeResponse)
        .build();
  }

  private static FinishReason meaning(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "", "stop", "end_turn", "stop_sequence", "completed", "complete" -> FinishReason.STOP;
      case "length", "max_tokens", "model_context_window_exceeded", "model_length" ->
          FinishReason.LENGTH;
      case "tool_calls", "tool_use", "tool_call", "function_call" -> FinishReason.TOOL_CALLS;
      case "content_filter",
          "content_filtered",
          "guardrail_intervened",
          "refusal",
          "safety",
          "recitation",
          "blocklist",
          "prohibited_content",
          "spii",
          "language" ->
          FinishReason.CONTENT_FILTER;
      case "pause_turn" -> FinishReason.PAUSE;
      default -> FinishReason.OTHER;
    };
  }
}
