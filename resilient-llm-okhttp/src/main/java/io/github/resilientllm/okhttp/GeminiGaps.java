package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What of a request Gemini has no words for. Phrases without content. */
final class GeminiGaps {
  static final int MAX_STOPS = 5;

  private GeminiGaps() {}

  /** Why a model cannot serve a request; empty if it can. */
  static Optional<String> obstacle(ChatRequest request, GeminiModel model) {
    if (Images.haveLink(request) && !model.fetches()) {
      return Optional.of(Gemini.VENDOR + " takes images by bytes, not by URL, with this model");
    }
    if (!Images.in(request).stream().allMatch(GeminiGaps::hasType)) {
      return Optional.of(
          Gemini.VENDOR
              + " takes an image by URL if that begins with https:// and ends with .png, .jpg,"
              + " .jpeg, .webp, .heic or .heif, for it wants to be told the type");
    }
    return request.bestEffort()
        ? Optional.empty()
        : options(request, model).stream().findFirst().map(gap -> model.name() + " lacks " + gap);
  }

  private static boolean hasType(Part.Image image) {
    return image.url().map(url -> Images.typeOf(url).isPresent()).orElse(true);
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

  /** Whether the vendor holds an answer to its format; older models do not beside tools. */
  static boolean enforcesFormat(ChatRequest request, GeminiModel model) {
    return request.responseFormat() != ResponseFormat.text()
        && (model.isModern() || request.tools().isEmpty());
  }

  static boolean takesSeed(ChatRequest request) {
    long seed = request.seed().orElse(0);
    return seed == (int) seed;
  }
}
