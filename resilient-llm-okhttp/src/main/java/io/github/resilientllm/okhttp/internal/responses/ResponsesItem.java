package io.github.resilientllm.okhttp.internal.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One item of a response's output: a message, a thought, a call of a function, or something that
 * the vendor did by itself.
 *
 * @param fields as the vendor sent them
 */
record ResponsesItem(Map<?, ?> fields) {
  static final String MESSAGE = "message";
  static final String REASONING = "reasoning";
  static final String FUNCTION_CALL = "function_call";

  /**
   * What of a kept item does not go back: nothing is found by its id where nothing is stored, and
   * its status is for the reader.
   */
  private static final Set<String> NOT_SENT_BACK = Set.of("id", "status", "created_by");

  /**
   * Items that have no part of ours and that the model wants back, beside its thoughts: what it
   * looked for between two thoughts, and what stands for a history that was shortened.
   */
  private static final Set<String> KEPT = Set.of("web_search_call", "compaction");

  private static final int MAX_KEPT = 4 << 20; // characters; encrypted thoughts have some thousand

  /** Reads the value that the parser stands on; null if it is no object. */
  static @Nullable ResponsesItem read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return null;
    }
    return JsonTree.parse(Json.raw(parser)) instanceof Map<?, ?> fields
        ? new ResponsesItem(fields)
        : null;
  }

  String type() {
    return text("type");
  }

  /**
   * Whether there is more to it than other vendors have words for: a tool that the vendor ran by
   * itself, or words with citations.
   */
  boolean isTelling() {
    return switch (type()) {
      case MESSAGE ->
          parts("content").stream().anyMatch(part -> !part.parts("annotations").isEmpty());
      case REASONING, FUNCTION_CALL -> false;
      default -> true;
    };
  }

  /** A field that is a text; empty if it is none. */
  String text(String field) {
    return fields.get(field) instanceof String text ? text : "";
  }

  /** The objects in a field that is a list; none if it is none. */
  List<ResponsesItem> parts(String field) {
    if (!(fields.get(field) instanceof List<?> list)) {
      return List.of();
    }
    return list.stream()
        .map(part -> new ResponsesItem(part instanceof Map<?, ?> object ? object : Map.of()))
        .toList();
  }

  /**
   * What the model wants back of it, besides texts and calls, as JSON; empty for nothing. A thought
   * that came without its content is known by an id alone, which finds nothing where nothing is
   * stored.
   */
  Optional<String> kept() throws IOException {
    boolean isKept =
        switch (type()) {
          case REASONING -> !text("encrypted_content").isEmpty() || !parts("content").isEmpty();
          case MESSAGE -> !text("phase").isEmpty();
          default -> KEPT.contains(type());
        };
    if (!isKept) {
      return Optional.empty();
    }
    Map<String, Object> sent = new LinkedHashMap<>();
    if (type().equals(MESSAGE)) {
      sent.put("type", MESSAGE); // its text is a part of ours
      sent.put("phase", text("phase"));
    } else {
      fields.forEach((name, value) -> keep(String.valueOf(name), value, sent));
    }
    String json = JsonTree.text(sent);
    return json.length() > MAX_KEPT ? Optional.empty() : Optional.of(json);
  }

  private static void keep(String name, Object value, Map<String, Object> sent) {
    if (value != JsonTree.NULL && !NOT_SENT_BACK.contains(name)) {
      sent.put(name, value);
    }
  }

  /** Reads what {@link #kept()} gave; empty for anything else. */
  static Optional<ResponsesItem> ofKept(String data) {
    try {
      return JsonTree.parse(data) instanceof Map<?, ?> fields
          ? Optional.of(new ResponsesItem(fields)).filter(ResponsesItem::canBeSent)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private boolean canBeSent() {
    return type().equals(REASONING) || type().equals(MESSAGE) || KEPT.contains(type());
  }

  @Override
  public String toString() {
    return "ResponsesItem[" + type() + "]";
  }
}
