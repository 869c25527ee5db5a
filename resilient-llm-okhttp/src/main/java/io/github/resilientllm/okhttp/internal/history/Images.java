package io.github.resilientllm.okhttp.internal.history;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.internal.json.UnwritableRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What vendors want to know of the images in a request. */
public final class Images {

  private Images() {}

  /** All images of a request, those in tool results as well. */
  public static List<Part.Image> in(ChatRequest request) {
    List<Part.Image> images = new ArrayList<>();
    request.messages().forEach(message -> add(message.parts(), images));
    return images;
  }

  private static void add(List<Part> parts, List<Part.Image> images) {
    for (Part part : parts) {
      if (part instanceof Part.Image image) {
        images.add(image);
      } else if (part instanceof ToolResult result) {
        add(result.content(), images);
      }
    }
  }

  /** Whether an image of a request is only a link, also one in a tool result. */
  public static boolean haveLink(ChatRequest request) {
    return in(request).stream().anyMatch(image -> image.url().isPresent());
  }

  /**
   * The media type of an image that is only a link, by the end of its path; empty if that tells
   * none, or the link is not of HTTPS.
   */
  public static Optional<String> typeOf(URI url) {
    String path = url.getPath() == null ? "" : url.getPath().toLowerCase(Locale.ROOT);
    String end = path.substring(path.lastIndexOf('.') + 1);
    if (!"https".equals(url.getScheme())) {
      return Optional.empty();
    }
    return switch (end) {
      case "png", "webp", "heic", "heif" -> Optional.of("image/" + end);
      case "jpg", "jpeg" -> Optional.of("image/jpeg");
      default -> Optional.empty();
    };
  }

  /** The media type of an image by bytes, in small letters and with nothing that JSON escapes. */
  public static String mediaType(Part.Image image) throws UnwritableRequest {
    String mediaType = image.mediaType().orElseThrow().toLowerCase(Locale.ROOT);
    if (!mediaType.matches("image/[a-z0-9.+-]{1,40}")) {
      throw new UnwritableRequest("an image's media type is no media type");
    }
    return mediaType;
  }
}
