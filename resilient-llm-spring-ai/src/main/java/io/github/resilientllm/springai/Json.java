package io.github.resilientllm.springai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Texts, numbers, booleans, lists and maps as JSON, on one line. */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int MAX_DEPTH = 64;

  private Json() {}

  /** Whether a value is one of those, all the way down. */
  static boolean canHold(@Nullable Object value) {
    return canHold(value, 0);
  }

  private static boolean canHold(@Nullable Object value, int depth) {
    if (depth > MAX_DEPTH) {
      return false;
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .allMatch(each -> each.getKey() instanceof String && canHold(each.getValue(), depth + 1));
    }
    if (value instanceof List<?> list) {
      return list.stream().allMatch(each -> canHold(each, depth + 1));
    }
    return value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double;
  }

  /** Writes a value; what cannot be held is left out as null. */
  static String write(Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(value, json, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter's, which has none
    }
    return text.toString();
  }

  private static void write(@Nullable Object value, JsonGenerator json, int depth)
      throws IOException {
    if (value instanceof Map<?, ?> map && depth < MAX_DEPTH) {
      json.writeStartObject();
      for (Map.Entry<?, ?> each : map.entrySet()) {
        json.writeFieldName(String.valueOf(each.getKey()));
        write(each.getValue(), json, depth + 1);
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> list && depth < MAX_DEPTH) {
      json.writeStartArray();
      for (Object each : list) {
        write(each, json, depth + 1);
      }
      json.writeEndArray();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Integer || value instanceof Long) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof Number number) {
      json.writeNumber(number.doubleValue());
    } else {
      json.writeNull();
    }
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException if it is none
   */
  static @Nullable Object read(String text) {
    try (JsonParser json = FACTORY.createParser(text)) {
      json.nextToken();
      return read(json, 0);
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON of a chat memory", e);
    }
  }

  private static @Nullable Object read(JsonParser json, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("nested too deep");
    }
    JsonToken token = json.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        json.nextToken();
        map.put(name, read(json, depth + 1));
      }
      return map;
    }
    if (token == JsonToken.START_ARRAY) {
      List<@Nullable Object> list = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        list.add(read(json, depth + 1));
      }
      return list;
    }
    if (token == null) {
      throw new IOException("it ends early");
    }
    return switch (token) {
      case VALUE_STRING -> json.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> number(json.getLongValue());
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      default -> null;
    };
  }

  /** As Java's literals have it, so that what is read is what was written. */
  private static Object number(long value) {
    return value == (int) value ? (Object) (int) value : (Object) value;
  }
}
