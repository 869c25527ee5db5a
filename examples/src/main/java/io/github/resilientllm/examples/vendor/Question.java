package io.github.resilientllm.examples.vendor;

import com.github.tomakehurst.wiremock.common.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks, as far as a local vendor cares.
 *
 * @param model the model it names
 * @param text the last message's text
 * @param turn how many messages came before, so that a repeated question is answered afresh
 * @param streaming whether the answer is to be streamed
 */
public record Question(String model, String text, int turn, boolean streaming) {

  static Question read(String body) {
    Map<?, ?> request = Json.read(body, Map.class);
    List<?> messages = request.get("messages") instanceof List<?> list ? list : List.of();
    Object last = messages.isEmpty() ? Map.of() : messages.get(messages.size() - 1);
    return new Question(
        String.valueOf(request.get("model")),
        last instanceof Map<?, ?> message ? text(message.get("content")) : "",
        messages.size(),
        Boolean.TRUE.equals(request.get("stream")));
  }

  /** Content is a text, or a list of parts of which some are text. */
  private static String text(@Nullable Object content) {
    if (content instanceof String text) {
      return text;
    }
    StringBuilder all = new StringBuilder();
    if (content instanceof List<?> parts) {
      for (Object part : parts) {
        if (part instanceof Map<?, ?> fields && fields.get("text") instanceof String text) {
          all.append(text);
        }
      }
    }
    return all.toString();
  }
}
