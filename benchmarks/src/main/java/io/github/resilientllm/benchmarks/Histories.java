package io.github.resilientllm.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests as long as conversations are, and how one writes them by hand. */
final class Histories {
  private static final String KILOBYTE =
      "It has left the depot, \"on time\", and is on its way to you.\n".repeat(16);

  private Histories() {}

  /** A conversation that ends with a question; each message has a kilobyte, the last some words. */
  static ChatRequest of(int messages) {
    List<Message> history = new ArrayList<>();
    for (int i = messages - 1; i > 0; i--) {
      history.add(i % 2 == 0 ? Message.user(KILOBYTE) : Message.assistant(KILOBYTE));
    }
    history.add(Message.user("How long does delivery take?"));
    return ChatRequest.of(history);
  }

  /** The body as a Jackson tree, as bytes. */
  static byte[] tree(ObjectMapper mapper, String model, ChatRequest request) throws IOException {
    ObjectNode body = mapper.createObjectNode().put("model", model);
    ArrayNode list = body.putArray("messages");
    for (Message message : request.messages()) {
      list.addObject()
          .put("role", message.role().name().toLowerCase(Locale.ROOT))
          .put("content", message.text());
    }
    return mapper.writeValueAsBytes(body);
  }
}
