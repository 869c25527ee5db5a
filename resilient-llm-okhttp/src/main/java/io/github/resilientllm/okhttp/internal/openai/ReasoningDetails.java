package io.github.resilientllm.okhttp.internal.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * OpenRouter's {@code reasoning_details}: the reasoning of whatever model is behind it, signed or
 * encrypted, which that model wants back as it was. A stream sends it in fragments.
 */
final class ReasoningDetails {
  static final String FIELD = "reasoning_details";
  private static final Set<String> GROWING = Set.of("text", "summary", "data");

  private final List<Map<String, Object>> details = new ArrayList<>();

  /** Reads an array of fragments; anything else is passed over. */
  void read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    if (JsonTree.parse(Json.raw(parser)) instanceof List<?> fragments) {
      fragments.forEach(this::add);
    }
  }

  boolean isEmpty() {
    return details.isEmpty();
  }

  /** All that came since the last time, as one JSON array. */
  String take() throws IOException {
    String all = JsonTree.text(details);
    details.clear();
    return all;
  }

  /** The details of several blocks as one list; what is none is passed over. */
  static List<Object> join(List<String> blocks) throws IOException {
    List<Object> all = new ArrayList<>();
    for (String block : blocks) {
      if (JsonTree.parse(block) instanceof List<?> list) {
        all.addAll(list);
      }
    }
    return all;
  }

  private void add(Object fragment) {
    if (!(fragment instanceof Map<?, ?> fields)) {
      return;
    }
    Map<String, Object> last = details.isEmpty() ? Map.of() : details.get(details.size() - 1);
    boolean goesOn =
        !details.isEmpty()
            && Objects.equals(last.get("type"), fields.get("type"))
            && Objects.equals(last.get("index"), fields.get("index"));
    Map<String, Object> into = goesOn ? last : new LinkedHashMap<>();
    fields.forEach((name, value) -> grow(into, String.valueOf(name), value));
    if (!goesOn) {
      details.add(into);
    }
  }

  private static void grow(Map<String, Object> into, String name, Object value) {
    boolean grows = GROWING.contains(name) && value instanceof String;
    if (grows && into.get(name) instanceof String before) {
      into.put(name, before + value);
    } else if (value != JsonTree.NULL || !into.containsKey(name)) {
      into.put(name, value);
    }
  }
}
