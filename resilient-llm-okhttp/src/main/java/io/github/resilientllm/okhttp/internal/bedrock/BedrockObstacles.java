package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.okhttp.internal.history.Attachments;
import io.github.resilientllm.okhttp.internal.history.ForcedCall;
import io.github.resilientllm.okhttp.internal.history.Images;
import io.github.resilientllm.okhttp.internal.models.Claude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Why a model on Bedrock cannot serve a request. */
final class BedrockObstacles {

  private BedrockObstacles() {}

  /** The first obstacle, without content; empty if there is none. */
  static Optional<String> to(ChatRequest request, BedrockModel model) {
    if (!canForce(ForcedCall.in(request), model.forcing())) {
      return Optional.of("this model cannot be made to call a tool, or not one by name");
    }
    if (Images.haveLink(request)) {
      return Optional.of("bedrock takes images by bytes, not by URL");
    }
    if (Images.in(request).stream().anyMatch(image -> format(image).isEmpty())) {
      return Optional.of("bedrock takes images as PNG, JPEG, GIF or WebP");
    }
    Optional<String> attached =
        Attachments.obstacle(
            request,
            BedrockObstacles::in,
            audio -> Optional.of("bedrock takes no audio by this library"));
    if (attached.isPresent()) {
      return attached;
    }
    List<String> lacking = request.bestEffort() ? List.of() : lacking(request, model);
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of("this model has no " + lacking.get(0));
  }

  /** The options of a request that the model lacks, a short phrase each. */
  static List<String> lacking(ChatRequest request, BedrockModel model) {
    List<String> lacking = new ArrayList<>();
    if (request.seed().isPresent()) {
      lacking.add("seed");
    }
    if (request.logprobs().isPresent()) {
      lacking.add("logprobs");
    }
    if (model.isClaude() && request.stop().size() > Claude.stops(request).size()) {
      lacking.add("stop texts of only white space");
    }
    if (request.parallelToolCalls().filter(parallel -> !parallel).isPresent()
        && !request.tools().isEmpty()
        && !model.isClaude()) {
      lacking.add("switch for parallel tool calls");
    }
    Optional<ReasoningEffort> effort = request.reasoningEffort();
    if (effort.isPresent()
        && (model.effort().fields(effort.get(), request.maxOutputTokens()).isEmpty()
            || mustCallBeforeThinking(request, model))) {
      lacking.add("such reasoning effort");
    }
    return lacking;
  }

  /** A Claude that thinks by a budget does not when a tool call is forced. */
  static boolean mustCallBeforeThinking(ChatRequest request, BedrockModel model) {
    return model.effort() == BedrockEffort.BUDGET
        && ForcedCall.in(request).isPresent()
        && request.reasoningEffort().filter(e -> e != ReasoningEffort.NONE).isPresent();
  }

  private static boolean canForce(Optional<ToolChoice> forced, BedrockModel.Forcing forcing) {
    if (forced.isEmpty()) {
      return true;
    }
    return forced.get().mode() == ToolChoice.Mode.TOOL
        ? forcing == BedrockModel.Forcing.NAMED_TOOL
        : forcing != BedrockModel.Forcing.NO_TOOL;
  }

  private static Optional<String> in(Part.File file) {
    if (file.url().isPresent()) {
      return Optional.of("bedrock takes files by bytes, not by URL");
    }
    return format(file).isPresent()
        ? Optional.empty()
        : Optional.of("bedrock takes files as PDF, text, Markdown, HTML, CSV, Word or Excel");
  }

  /** Bedrock's word for the format of a file; empty if it has none. */
  static Optional<String> format(Part.File file) {
    return switch (file.mediaType()) {
      case Attachments.PDF -> Optional.of("pdf");
      case "text/plain" -> Optional.of("txt");
      case "text/markdown" -> Optional.of("md");
      case "text/html" -> Optional.of("html");
      case "text/csv" -> Optional.of("csv");
      case "application/msword" -> Optional.of("doc");
      case "application/vnd.openxmlformats-officedocument.wordprocessingml.document" ->
          Optional.of("docx");
      case "application/vnd.ms-excel" -> Optional.of("xls");
      case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" ->
          Optional.of("xlsx");
      default -> Optional.empty();
    };
  }

  /** Bedrock's word for the format of an image; empty if it has none. */
  static Optional<String> format(Part.Image image) {
    return switch (image.mediaType().orElse("").toLowerCase(Locale.ROOT)) {
      case "image/png" -> Optional.of("png");
      case "image/jpeg", "image/jpg" -> Optional.of("jpeg");
      case "image/gif" -> Optional.of("gif");
      case "image/webp" -> Optional.of("webp");
      default -> Optional.empty();
    };
  }
}
