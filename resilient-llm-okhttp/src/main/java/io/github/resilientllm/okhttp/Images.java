package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.Part;
import java.util.Locale;

/** What vendors want to know of an image. */
final class Images {

  private Images() {}

  /** The media type of an image by bytes, in small letters and with nothing that JSON escapes. */
  static String mediaType(Part.Image image) throws UnwritableRequest {
    String mediaType = image.mediaType().orElseThrow().toLowerCase(Locale.ROOT);
    if (!mediaType.matches("image/[a-z0-9.+-]{1,40}")) {
      throw new UnwritableRequest("an image's media type is no media type");
    }
    return mediaType;
  }
}
