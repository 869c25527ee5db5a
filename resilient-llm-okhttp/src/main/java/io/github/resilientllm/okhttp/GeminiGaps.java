package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What of a request Gemini has no words for. Phrases without content. */
final class GeminiGaps {
  static final int MAX_STOPS = 5;

  private GeminiGaps() {}

  /** Why a model cannot serve a request; empty if it can. */
  static Optional<String> obstacle(ChatRequest request, GeminiModel model) {
    if (request.messages().stream().map(Message::parts).anyMatch(GeminiGaps::hasLink)) {
      return Optional.of(Gemini.VENDOR + " takes images by bytes, not by URL");
    }
    boolean wantsJson = request.responseFormat() != ResponseFormat.text();
    if (wantsJson && !request.tools().isEmpty() && !model.isModern()) {
      return Optional.of(model.name() + " takes no tools beside a JSON answer");
    }
    return request.bestEffort()
        ? Optional.empty()
        : options(request, model).stream().findFirst().map(gap -> model.name() + " lacks " + gap);
  }

  /** The options that a model lacks, without which it could answer. */
  static List<String> options(ChatRequest request, GeminiModel model) {
    List<String> gaps = new ArrayList<>();
    if (request.parallelToolCalls().filter(parallel -> !parallel).isPresent()) {
      gaps.add("parallelToolCalls(false)");
    }
    if (request.stop().size() > MAX_STOPS) {
      gaps.add("more than " + MAX_STOPS + " stop texts");
    }
    if (request.seed().isPresent() && !takesSeed(request)) {
      gaps.add("a seed of more than 32 bits");
    }
    boolean thinks = request.reasoningEffort().filter(e -> e != ReasoningEffort.NONE).isPresent();
    if (thinks && !model.thinks()) {
      gaps.add("reasoningEffort");
    }
    return gaps;
  }

  static boolean takesSeed(ChatRequest request) {
    long seed = request.seed().orElse(0);
    return seed == (int) seed;
  }

  private static boolean hasLink(List<Part> parts) {
    for (Part part : parts) {
      boolean isLink = part instanceof Part.Image image && image.url().isPresent();
      if (isLink || (part instanceof ToolResult result && hasLink(result.content()))) {
        return true;
      }
    }
    return false;
  }
}
