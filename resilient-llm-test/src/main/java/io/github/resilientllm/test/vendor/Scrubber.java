package io.github.resilientllm.test.vendor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Takes out of answers what people and models said. A string stays only under a name that is known
 * to hold none of it, and only if it looks like a word of a protocol; of all others the letters and
 * digits are replaced, so that lengths, spaces and punctuation stay. Ids become numbered ones, and
 * what tools are called with becomes an empty object. Of one thread.
 */
final class Scrubber {
  private static final JsonFactory FACTORY = new JsonFactory();

  private static final Set<String> KEPT =
      Set.of(
          "@type",
          "code",
          "finishReason",
          "finish_reason",
          "model",
          "modelVersion",
          "object",
          "phase",
          "quotaId",
          "reason",
          "role",
          "service_tier",
          "status",
          "stopReason",
          "stop_reason",
          "type");
  private static final Set<String> IDS =
      Set.of(
          "call_id",
          "id",
          "item_id",
          "previous_response_id",
          "request_id",
          "responseId",
          "tool_call_id",
          "tool_use_id",
          "toolUseId");
  private static final Set<String> ARGUMENTS = Set.of("args", "input");

  private final Set<String> kept;
  private final Map<String, String> ids = new HashMap<>();
  private int letters;

  /** One that keeps strings under these names, too, whatever is in them. */
  Scrubber(Set<String> alsoKept) {
    this.kept = new HashSet<>(alsoKept);
  }

  /** A line of server-sent events or of {@link EventFrames}, with its end. */
  String line(String line) {
    if (line.startsWith("data:")) {
      String data = line.substring(5).strip();
      int end = line.stripTrailing().length();
      boolean isMarker = data.equals("[DONE]") || data.isEmpty();
      return isMarker ? line : "data: " + json(data) + line.substring(end);
    }
    // A field of the protocol, a comment, or the beginning of something that was cut.
    boolean isHarmless =
        line.isBlank() || line.matches("(event|exception|error): ?[\\w.]{1,60}\\s*");
    return isHarmless ? line : filled(line);
  }

  /** A JSON value; what is none is filled. */
  String json(String json) {
    StringWriter out = new StringWriter();
    try (JsonParser parser = FACTORY.createParser(json);
        JsonGenerator generator = FACTORY.createGenerator(out)) {
      while (parser.nextToken() != null) {
        copy(parser, generator);
      }
    } catch (IOException noJson) {
      return filled(json);
    }
    return out.toString();
  }

  private void copy(JsonParser parser, JsonGenerator generator) throws IOException {
    JsonToken token = parser.currentToken();
    String name = parser.currentName() == null ? "" : parser.currentName();
    if (token == JsonToken.START_OBJECT && ARGUMENTS.contains(name) && !kept.contains(name)) {
      parser.skipChildren();
      generator.writeStartObject();
      generator.writeEndObject();
    } else if (token == JsonToken.VALUE_STRING) {
      generator.writeString(string(name, parser.getText()));
    } else {
      generator.copyCurrentEvent(parser);
    }
  }

  private String string(String name, String value) {
    if (kept.contains(name)) {
      return value;
    }
    if (IDS.contains(name)) {
      return value.isEmpty() ? value : ids.computeIfAbsent(value, id -> "id-" + (ids.size() + 1));
    }
    boolean isWord = value.length() <= 120 && value.matches("[\\w.:/@ -]*");
    return KEPT.contains(name) && isWord ? value : filled(value);
  }

  /** Letters that differ from place to place, so that texts can be told apart. */
  private String filled(String text) {
    StringBuilder filled = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isDigit(c)) {
        filled.append('7');
      } else if (c > 127 || Character.isLetter(c)) {
        letters = letters * 31 + 17;
        filled.append((char) ('a' + Math.floorMod(letters >> 8, 26)));
      } else {
        filled.append(c);
      }
    }
    return filled.toString();
  }
}
