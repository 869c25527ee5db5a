package io.github.resilientllm.okhttp.internal.history;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What vendors want to know of the files and sounds in a request; only users send them. */
public final class Attachments {
  public static final String PDF = "application/pdf";

  private Attachments() {}

  /** The first reason why a vendor does not take a file or a sound; empty if it takes all. */
  public static Optional<String> obstacle(
      ChatRequest request,
      Function<Part.File, Optional<String>> ofFile,
      Function<Part.Audio, Optional<String>> ofAudio) {
    Stream<Optional<String>> files = all(request, Part.File.class).stream().map(ofFile);
    Stream<Optional<String>> sounds = all(request, Part.Audio.class).stream().map(ofAudio);
    return Stream.concat(files, sounds).flatMap(Optional::stream).findFirst();
  }

  /** Whether it is text that a model can read as it is. */
  public static boolean isText(Part.File file) {
    return file.mediaType().startsWith("text/");
  }

  /** OpenAI's word for the format of a sound; empty if it has none. */
  public static Optional<String> format(Part.Audio audio) {
    return switch (audio.mediaType()) {
      case "audio/wav", "audio/x-wav", "audio/wave" -> Optional.of("wav");
      case "audio/mpeg", "audio/mp3" -> Optional.of("mp3");
      default -> Optional.empty();
    };
  }

  private static <P extends Part> List<P> all(ChatRequest request, Class<P> kind) {
    return request.messages().stream()
        .flatMap(message -> message.parts().stream())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }
}
