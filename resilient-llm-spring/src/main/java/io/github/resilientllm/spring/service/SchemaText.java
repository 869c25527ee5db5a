package io.github.resilientllm.spring.service;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A schema as text. By hand, for a JSON library would be loaded for it at each start. */
final class SchemaText {
  private final StringBuilder text = new StringBuilder(512);

  private SchemaText() {}

  static String of(Map<String, Object> schema) {
    SchemaText json = new SchemaText();
    json.write(schema);
    return json.text.toString();
  }

  private void write(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      text.append('{');
      String between = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(between);
        string((String) entry.getKey());
        text.append(':');
        write(entry.getValue());
        between = ",";
      }
      text.append('}');
    } else if (value instanceof List<?> list) {
      text.append('[');
      String between = "";
      for (Object element : list) {
        text.append(between);
        write(element);
        between = ",";
      }
      text.append(']');
    } else if (value == null || value instanceof Boolean) {
      text.append(value);
    } else {
      string((String) value);
    }
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
