package io.github.resilientllm.internal.conversation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object as it was read, of which a reader takes what it knows and ignores the rest, so
 * that an older program reads what a newer one wrote.
 */
public final class JsonTree {
  /** Bodies hold images as one string; journals bound an entry, this only keeps to memory. */
  private static final int MAX_STRING = 256 << 20;

  /** Makes parsers and generators that know no more bound than memory. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(MAX_STRING)
                  .maxNestingDepth(64)
                  .build())
          .build();

  private final Map<String, Object> fields;

  private JsonTree(Map<String, Object> fields) {
    this.fields = fields;
  }

  /**
   * Reads an object.
   *
   * @throws IOException if the text is none
   */
  public static JsonTree parse(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no JSON object");
      }
      return new JsonTree(object(parser));
    }
  }

  /**
   * Reads an object, some fields of which stay the text that they are, byte by byte as they were
   * written.
   *
   * @throws IOException if the text is none
   */
  public static JsonTree parse(String text, Set<String> unread) throws IOException {
    Map<String, Object> fields = new HashMap<>();
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        Object value = unread.contains(name) ? unread(parser, text) : value(parser, token);
        if (value != null) {
          fields.put(name, value);
        }
      }
    }
    return new JsonTree(fields);
  }

  private static String unread(JsonParser parser, String text) throws IOException {
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    return text.substring(from, (int) parser.currentLocation().getCharOffset());
  }

  /** A text; empty if the field is missing or of another type. */
  public String text(String name) {
    return fields.get(name) instanceof String text ? text : "";
  }

  /** A text; null if the field is missing or of another type. */
  public @Nullable String textOrNull(String name) {
    return fields.get(name) instanceof String text ? text : null;
  }

  /** A number; the given one if the field is missing or of another type. */
  public long number(String name, long otherwise) {
    return fields.get(name) instanceof Long number ? number : otherwise;
  }

  /** A truth value; false if the field is missing or of another type. */
  public boolean is(String name) {
    return Boolean.TRUE.equals(fields.get(name));
  }

  /** Whether there is such a field. */
  public boolean has(String name) {
    return fields.containsKey(name);
  }

  /** An object; null if the field is missing or of another type. */
  @SuppressWarnings("unchecked") // this class made it
  public @Nullable JsonTree child(String name) {
    return fields.get(name) instanceof Map<?, ?> map
        ? new JsonTree((Map<String, Object>) map)
        : null;
  }

  /** The objects of an array; empty if the field is missing or of another type. */
  @SuppressWarnings("unchecked") // this class made them
  public List<JsonTree> children(String name) {
    List<JsonTree> all = new ArrayList<>();
    for (Object item : items(name)) {
      if (item instanceof Map<?, ?> map) {
        all.add(new JsonTree((Map<String, Object>) map));
      }
    }
    return all;
  }

  /** All fields, as Java has them. */
  public Map<String, Object> fields() {
    return Map.copyOf(fields);
  }

  /** The values of an array, as Java has them; empty if the field is missing. */
  public List<?> items(String name) {
    return fields.get(name) instanceof List<?> list ? list : List.of();
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> fields = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Object value = value(parser, parser.nextToken());
      if (value != null) {
        fields.put(name, value);
      }
    }
    return fields;
  }

  private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  /** What is too large for a long is in a field that nobody here knows, and is to be ignored. */
  private static Object integer(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? parser.getBigIntegerValue()
        : Long.valueOf(parser.getLongValue());
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      Object item = value(parser, token);
      if (item != null) {
        items.add(item);
      }
    }
    return items;
  }
}
