package io.github.resilientllm.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values that can stand in JSON: strings, numbers, booleans, lists and maps of those. */
final class JsonValues {
  private static final int MAX_DEPTH = 64;

  private JsonValues() {}

  /**
   * A copy that nobody can change.
   *
   * @param field names the value in errors
   * @throws IllegalArgumentException if it is of another type or nested too deeply
   */
  static Object copy(String field, @Nullable Object value) {
    return copy(field, value, 0);
  }

  private static Object copy(String field, @Nullable Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("vendor option \"" + field + "\" is nested too deeply");
    }
    if (value instanceof List<?> list) {
      return list.stream().map(item -> copy(field, item, depth + 1)).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach(
          (key, item) -> {
            if (!(key instanceof String name)) {
              throw new IllegalArgumentException(
                  "vendor option \"" + field + "\" has a key that is no string: " + key);
            }
            copy.put(name, copy(field, item, depth + 1));
          });
      return Collections.unmodifiableMap(copy); // in the caller's order
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    throw new IllegalArgumentException(
        "vendor option \""
            + field
            + "\" is a string, number, boolean, list or map, not "
            + (value == null ? "null" : value.getClass().getName()));
  }
}
