package io.github.resilientllm.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Requests as OpenAI reads them. */
final class Wires {
  static final ObjectMapper JSON = new ObjectMapper();

  private Wires() {}

  static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who said what in a request. */
  static List<String> asked(String body) {
    List<String> asked = new ArrayList<>();
    for (JsonNode message : read(body).path("messages")) {
      asked.add(message.path("role").asText() + ":" + message.path("content").asText(""));
    }
    return asked;
  }
}
