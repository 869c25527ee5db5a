package io.github.resilientllm.okhttp.internal.openai;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.internal.history.Attachments;
import io.github.resilientllm.okhttp.internal.history.ForcedCall;
import java.util.List;
import java.util.Optional;

/** Why a server cannot serve a request, as far as its traits tell. */
public final class OpenAiObstacles {

  private OpenAiObstacles() {}

  /** The first obstacle, without content; empty if there is none. */
  public static Optional<String> to(ChatRequest request, Traits traits) {
    if (!traits.obeysToolChoice && ForcedCall.in(request).isPresent()) {
      return Optional.of(traits.vendor + " cannot be made to call a tool");
    }
    for (Message message : request.messages()) {
      Optional<String> obstacle = in(message.parts(), traits);
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return Attachments.obstacle(request, file -> in(file, traits), audio -> in(audio, traits));
  }

  private static Optional<String> in(Part.File file, Traits traits) {
    if (!traits.takesFiles) {
      return Optional.of(traits.vendor + " takes no files");
    }
    if (file.url().isPresent()) {
      return Optional.of(traits.vendor + " takes files by bytes, not by URL");
    }
    return file.mediaType().equals(Attachments.PDF)
        ? Optional.empty()
        : Optional.of(traits.vendor + " takes files as PDF");
  }

  private static Optional<String> in(Part.Audio audio, Traits traits) {
    if (!traits.takesAudio) {
      return Optional.of(traits.vendor + " takes no audio");
    }
    return Attachments.format(audio).isPresent()
        ? Optional.empty()
        : Optional.of(traits.vendor + " takes audio as WAV or MP3");
  }

  private static Optional<String> in(List<Part> parts, Traits traits) {
    for (Part part : parts) {
      Optional<String> obstacle = Optional.empty();
      if (part instanceof Part.Image image) {
        obstacle = in(image, traits);
      } else if (part instanceof ToolResult result) {
        obstacle = in(result, traits);
      }
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> in(Part.Image image, Traits traits) {
    if (traits.images == Traits.Images.NONE) {
      return Optional.of(traits.vendor + " takes no images");
    }
    return traits.images == Traits.Images.BYTES && image.url().isPresent()
        ? Optional.of(traits.vendor + " takes images by bytes, not by URL")
        : Optional.empty();
  }

  private static Optional<String> in(ToolResult result, Traits traits) {
    boolean hasImage = result.content().stream().anyMatch(Part.Image.class::isInstance);
    return hasImage && !traits.takesUserAfterTool
        ? Optional.of(traits.vendor + " takes no image in a tool's result")
        : in(result.content(), traits);
  }
}
