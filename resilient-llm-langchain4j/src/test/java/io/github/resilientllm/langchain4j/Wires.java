package io.github.resilientllm.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Answers as OpenAI writes them. */
final class Wires {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String USAGE =
      "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12}";

  private Wires() {}

  static String text(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A piece of text. */
  static String piece(String text) {
    return chunk("{\"content\":" + text(text) + "}", null);
  }

  /** The last piece. */
  static String finish(String reason) {
    return chunk("{}", reason);
  }

  static String chunk(String delta, String reason) {
    return "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"local\",\"choices\":[{"
        + "\"index\":0,\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + (reason == null ? "null" : "\"" + reason + "\"")
        + "}]}";
  }

  static String whole(String message, String reason) {
    return "{\"id\":\"c1\",\"object\":\"chat.completion\",\"model\":\"local\",\"choices\":[{"
        + "\"index\":0,\"message\":"
        + message
        + ",\"finish_reason\":\""
        + reason
        + "\"}],"
        + USAGE
        + "}";
  }

  /** A healthy answer, in the form that is asked for. */
  static void answer(LocalVendor.Wire wire, String... pieces) throws IOException {
    String text = String.join("", pieces);
    if (!wire.isStream()) {
      wire.json(200, whole("{\"role\":\"assistant\",\"content\":" + text(text) + "}", "stop"));
      return;
    }
    wire.streamHead();
    wire.event(chunk("{\"role\":\"assistant\",\"content\":\"\"}", null));
    for (String piece : pieces) {
      wire.event(piece(piece));
    }
    wire.event(finish("stop"));
    wire.event("{\"id\":\"c1\",\"model\":\"local\",\"choices\":[]," + USAGE + "}");
    wire.event("[DONE]");
    wire.streamEnd();
  }

  /** Pieces, and then whatever the caller says. */
  static void begin(LocalVendor.Wire wire, List<String> pieces) throws IOException {
    wire.streamHead();
    for (String piece : pieces) {
      wire.event(piece(piece));
    }
  }
}
