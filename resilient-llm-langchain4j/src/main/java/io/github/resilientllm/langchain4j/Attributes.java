package io.github.resilientllm.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.VendorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor of ours wants back with an answer (signatures over reasoning and tool calls), in
 * the attributes of LangChain4j's message, where it survives a memory store. The values are plain
 * texts, so that any store's JSON holds them.
 */
final class Attributes {
  private static final String CALL = "resilientllm.call.";
  private static final String REASONING = "resilientllm.reasoning.";
  private static final char END = '\n'; // of the vendor's name, which is one word

  private Attributes() {}

  /** The attributes of an answer; empty if its vendor wants nothing back. */
  static Map<String, Object> of(ChatResponse response) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    int number = 0;
    for (Part part : response.message().parts()) {
      if (part instanceof ToolCall call && call.vendorData().isPresent()) {
        attributes.put(CALL + call.id(), written(call.vendorData().get()));
      } else if (part instanceof Part.Reasoning thought && thought.vendorData().isPresent()) {
        String data = written(thought.vendorData().get());
        attributes.put(
            REASONING + number++, thought.text().length() + "" + END + thought.text() + data);
      }
    }
    return attributes;
  }

  /** What the vendor wants back with a call; null for nothing. */
  static @Nullable VendorData ofCall(AiMessage answer, String id) {
    return answer.attributes().get(CALL + id) instanceof String text ? read(text) : null;
  }

  /** The reasoning of an answer, with what its vendor wants back with it. */
  static List<Part> reasoning(AiMessage answer) {
    List<Part> parts = new ArrayList<>();
    while (answer.attributes().get(REASONING + parts.size()) instanceof String text) {
      Part part = thought(text);
      if (part == null) {
        return List.of();
      }
      parts.add(part);
    }
    String thinking = answer.thinking();
    if (parts.isEmpty() && thinking != null && !thinking.isEmpty()) {
      parts.add(new Part.Reasoning(thinking));
    }
    return parts;
  }

  private static @Nullable Part thought(String text) {
    int end = text.indexOf(END);
    try {
      int from = end + 1;
      int to = from + Integer.parseInt(text.substring(0, Math.max(0, end)));
      return new Part.Reasoning(text.substring(from, to), read(text.substring(to)));
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      return null; // somebody else wrote it
    }
  }

  private static String written(VendorData data) {
    return data.vendor() + END + data.data();
  }

  private static @Nullable VendorData read(String text) {
    int end = text.indexOf(END);
    return end < 0 ? null : new VendorData(text.substring(0, end), text.substring(end + 1));
  }
}
