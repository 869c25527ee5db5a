package io.github.resilientllm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Test vectors of other libraries, kept beside the repository; maps, lists, numbers and texts. */
final class Vectors {
  private final Map<?, ?> object;

  private Vectors(Map<?, ?> object) {
    this.object = object;
  }

  /** A file of vectors; empty where there are none. */
  static Optional<Vectors> find(String name) throws IOException {
    Optional<Path> file =
        Stream.of(
                System.getProperty("resilientllm.shared"),
                System.getenv("RESILIENT_LLM_SHARED"),
                "../shared",
                "../../shared")
            .filter(place -> place != null)
            .map(place -> Path.of(place, "vectors", name))
            .filter(Files::isReadable)
            .findFirst();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (JsonParser json = new JsonFactory().createParser(file.get().toFile())) {
      json.nextToken();
      return Optional.of(new Vectors((Map<?, ?>) read(json)));
    }
  }

  Vectors at(String field) {
    return new Vectors((Map<?, ?>) object.get(field));
  }

  /** A list of objects. */
  List<Vectors> list(String field) {
    return rows(field).stream().map(row -> new Vectors((Map<?, ?>) row)).toList();
  }

  /** A list of anything. */
  List<?> rows(String field) {
    return (List<?>) object.get(field);
  }

  boolean has(String field) {
    return object.containsKey(field);
  }

  String text(String field) {
    return String.valueOf(object.get(field));
  }

  double number(String field, double otherwise) {
    return object.get(field) instanceof Number number ? number.doubleValue() : otherwise;
  }

  private static @Nullable Object read(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        map.put(name, read(json));
      }
      return map;
    }
    if (json.currentToken() == JsonToken.START_ARRAY) {
      List<@Nullable Object> list = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        list.add(read(json));
      }
      return list;
    }
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_STRING -> json.getText();
      default -> json.getDoubleValue();
    };
  }
}
