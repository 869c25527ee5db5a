package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.okhttp.internal.history.Attachments;
import io.github.resilientllm.okhttp.internal.history.Images;
import io.github.resilientllm.okhttp.internal.models.GeminiModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What of a request Gemini has no words for. Phrases without content. */
final class GeminiObstacles {
  static final int MAX_STOPS = 5;

  private static final Set<String> SOUNDS =
      Set.of(
          "audio/wav",
          "audio/x-wav",
          "audio/mp3",
          "audio/mpeg",
          "audio/aiff",
          "audio/aac",
          "audio/ogg",
          "audio/flac");

  private GeminiObstacles() {}

  /** Why a model cannot serve a request; empty if it can. */
  static Optional<String> obstacle(ChatRequest request, GeminiModel model) {
    if (Images.haveLink(request) && !model.fetches()) {
      return Optional.of(
          GeminiProtocol.VENDOR + " takes images by bytes, not by URL, with this model");
    }
    if (!Images.in(request).stream().allMatch(GeminiObstacles::hasType)) {
      return Optional.of(
          GeminiProtocol.VENDOR
              + " takes an image by URL if that begins with https:// and ends with .png, .jpg,"
              + " .jpeg, .webp, .heic or .heif, for it wants to be told the type");
    }
    Optional<String> attached =
        Attachments.obstacle(request, file -> in(file, model), GeminiObstacles::in);
    if (attached.isPresent()) {
      return attached;
    }
    return request.bestEffort()
        ? Optional.empty()
        : lacking(request, model).stream().findFirst().map(gap -> model.name() + " lacks " + gap);
  }

  private static Optional<String> in(Part.File file, GeminiModel model) {
    if (file.url().isPresent()
        && !(model.fetches() && "https".equals(file.url().get().getScheme()))) {
      return Optional.of(
          GeminiProtocol.VENDOR
              + " takes files by bytes, or by an https:// URL with models that fetch them");
    }
    return file.mediaType().equals(Attachments.PDF) || Attachments.isText(file)
        ? Optional.empty()
        : Optional.of(GeminiProtocol.VENDOR + " takes files as PDF or text");
  }

  private static Optional<String> in(Part.Audio audio) {
    return SOUNDS.contains(audio.mediaType())
        ? Optional.empty()
        : Optional.of(GeminiProtocol.VENDOR + " takes audio as WAV, MP3, AIFF, AAC, OGG or FLAC");
  }

  private static boolean hasType(Part.Image image) {
    return image.url().map(url -> Images.typeOf(url).isPresent()).orElse(true);
  }

  /** The options that a model lacks, without which it could answer. */
  static List<String> lacking(ChatRequest request, GeminiModel model) {
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

  /** Whether its seed has as many bits as are taken. */
  static boolean takesSeed(ChatRequest request) {
    long seed = request.seed().orElse(0);
    return seed == (int) seed;
  }
}
