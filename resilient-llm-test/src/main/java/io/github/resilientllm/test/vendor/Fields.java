package io.github.resilientllm.test.vendor;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a request, read leniently: what is absent or of another type is empty.
 *
 * @param values by name
 */
record Fields(Map<?, ?> values) {

  static Fields read(String body) throws IOException {
    return of(Json.read(body));
  }

  /** The same; empty for what is no JSON, such as a marker, or the beginning of what was cut. */
  static Optional<Fields> ifJson(String body) {
    try {
      return Optional.of(read(body));
    } catch (IOException noJson) {
      return Optional.empty();
    }
  }

  /** The string of that name; empty if there is none. */
  String text(String name) {
    return values.get(name) instanceof String text ? text : "";
  }

  /** Whether there is a value of that name. */
  boolean has(String name) {
    return values.get(name) != null;
  }

  /** Whether the value of that name is true. */
  boolean isTrue(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  /** The object of that name. */
  Fields object(String name) {
    return of(values.get(name));
  }

  /** The objects in the array of that name. */
  List<Fields> objects(String name) {
    return values.get(name) instanceof List<?> list
        ? list.stream().map(Fields::of).toList()
        : List.of();
  }

  /** The texts in the parts of that name, joined; a plain string is its own text. */
  String texts(String name) {
    StringBuilder all = new StringBuilder(text(name));
    objects(name).forEach(part -> all.append(part.text("text")));
    return all.toString();
  }

  static Fields of(@Nullable Object value) {
    return new Fields(value instanceof Map<?, ?> map ? map : Map.of());
  }
}
