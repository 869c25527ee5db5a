package io.github.resilientllm.spring.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.spring.LlmJson;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * Reads what {@link SchemaWriter} can describe, and nothing else. Properties that are not known are
 * passed over; one that is missing counts as null, which only an {@code Optional} and what is
 * {@code @Nullable} may be.
 */
final class StandardJson implements LlmJson {
  private static final JsonFactory FACTORY = new JsonFactory(); // bounds depth and sizes itself

  @Override
  public @Nullable Object read(String json, Type type) throws Exception {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      Object value = value(parser, ResolvableType.forType(type));
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("more than one value");
      }
      return value;
    }
  }

  private static @Nullable Object value(JsonParser parser, ResolvableType type) throws Exception {
    Class<?> raw = type.toClass();
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token == JsonToken.START_ARRAY && SchemaWriter.isArray(raw)) {
      return list(parser, type, raw);
    }
    if (token == JsonToken.START_OBJECT && raw == Map.class) {
      return map(parser, type.getGeneric(1));
    }
    if (token == JsonToken.START_OBJECT && Structure.is(raw)) {
      return object(parser, type);
    }
    return Scalar.read(raw, word(token), parser.getText());
  }

  private static String word(@Nullable JsonToken token) {
    if (token == JsonToken.VALUE_STRING) {
      return "string";
    }
    if (token != null && token.isNumeric()) {
      return "number";
    }
    return token != null && token.isBoolean() ? "boolean" : "structure";
  }

  private static Object list(JsonParser parser, ResolvableType type, Class<?> raw)
      throws Exception {
    ResolvableType element = type.as(Iterable.class).getGeneric(0);
    List<@Nullable Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(present(value(parser, element)));
    }
    return raw == Set.class
        ? Collections.unmodifiableSet(new LinkedHashSet<>(elements))
        : Collections.unmodifiableList(elements);
  }

  private static Object map(JsonParser parser, ResolvableType type) throws Exception {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      map.put(name, present(value(parser, type)));
    }
    return Collections.unmodifiableMap(map);
  }

  private static Object object(JsonParser parser, ResolvableType type) throws Exception {
    Structure structure = Structure.of(type, "the answer");
    List<Structure.Property> properties = structure.properties();
    @Nullable Object[] values = new @Nullable Object[properties.size()];
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      int at = indexOf(properties, name);
      if (at < 0) {
        parser.skipChildren();
      } else {
        values[at] = property(parser, properties.get(at).type());
      }
    }
    for (int i = 0; i < values.length; i++) {
      Structure.Property property = properties.get(i);
      if (values[i] == null && Nullness.isOptional(property.type())) {
        values[i] = Optional.empty();
      } else if (values[i] == null && !property.isNullable()) {
        throw new IllegalArgumentException(property.name() + " is missing");
      }
    }
    return structure.maker().apply(values);
  }

  private static @Nullable Object property(JsonParser parser, ResolvableType type)
      throws Exception {
    return Nullness.isOptional(type)
        ? Optional.ofNullable(value(parser, type.getGeneric(0)))
        : value(parser, type);
  }

  private static Object present(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("null where a value belongs");
    }
    return value;
  }

  private static int indexOf(List<Structure.Property> properties, String name) {
    for (int i = 0; i < properties.size(); i++) {
      if (properties.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
