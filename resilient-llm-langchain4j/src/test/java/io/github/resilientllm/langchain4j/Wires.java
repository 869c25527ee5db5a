package io.github.resilientllm.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
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

  /** An answer that ends for another reason, in the form that is asked for. */
  static void end(LocalVendor.Wire wire, String text, String reason) throws IOException {
    String content = text.isEmpty() ? "null" : text(text);
    if (!wire.isStream()) {
      wire.json(200, whole("{\"role\":\"assistant\",\"content\":" + content + "}", reason));
      return;
    }
    wire.streamHead();
    wire.event(chunk("{\"role\":\"assistant\",\"content\":" + content + "}", null));
    wire.event(finish(reason));
    wire.event("[DONE]");
    wire.streamEnd();
  }

  /** An answer that calls a tool, in the form that is asked for. */
  static void callTool(LocalVendor.Wire wire, String name, String arguments) throws IOException {
    String calls =
        "\"tool_calls\":[{\"index\":0,\"id\":\"c7\",\"type\":\"function\",\"function\":{\"name\":"
            + text(name)
            + ",\"arguments\":"
            + text(arguments)
            + "}}]}";
    if (!wire.isStream()) {
      wire.json(200, whole("{\"role\":\"assistant\",\"content\":null," + calls, "tool_calls"));
      return;
    }
    wire.streamHead();
    wire.event(chunk("{" + calls, null));
    wire.event(finish("tool_calls"));
    wire.event("[DONE]");
    wire.streamEnd();
  }

  /** Who said what in a request. */
  static List<String> asked(String body) {
    List<String> asked = new ArrayList<>();
    try {
      for (JsonNode message : JSON.readTree(body).path("messages")) {
        asked.add(message.path("role").asText() + ":" + message.path("content").asText(""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return asked;
  }

  /** Pieces, and then whatever the caller says. */
  static void begin(LocalVendor.Wire wire, List<String> pieces) throws IOException {
    wire.streamHead();
    for (String piece : pieces) {
      wire.event(piece(piece));
    }
  }
}
