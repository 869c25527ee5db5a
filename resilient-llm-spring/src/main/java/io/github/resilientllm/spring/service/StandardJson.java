package io.github.resilientllm.spring.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.spring.LlmJson;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.ResolvableType;

/**
 * Reads what {@link SchemaWriter} can describe, and nothing else. Properties that are not known are
 * passed over; one that is missing counts as null, which only an {@code Optional} and what is
 * {@code @Nullable} may be.
 */
final class StandardJson implements LlmJson {
  private static final JsonFactory FACTORY = new JsonFactory(); // bounds depth and sizes itself

  @Override
  public @Nullable Object read(String json, Type type) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      Object value = value(parser, ResolvableType.forType(type));
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("more than one value");
      }
      return value;
    }
  }

  private static @Nullable Object value(JsonParser parser, ResolvableType type) throws IOException {
    Class<?> raw = type.toClass();
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token == JsonToken.START_ARRAY && Collected.is(raw)) {
      return list(parser, type, raw);
    }
    if (token == JsonToken.START_OBJECT && raw == Map.class) {
      return map(parser, type.getGeneric(1));
    }
    if (token == JsonToken.START_OBJECT && raw.isRecord()) {
      return record(parser, type, raw);
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
      throws IOException {
    ResolvableType element = type.as(Iterable.class).getGeneric(0);
    List<@Nullable Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(present(value(parser, element)));
    }
    return Collected.of(raw, elements);
  }

  private static Object map(JsonParser parser, ResolvableType type) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      map.put(name, present(value(parser, type)));
    }
    return Collections.unmodifiableMap(map);
  }

  private static Object record(JsonParser parser, ResolvableType type, Class<?> raw)
      throws IOException {
    RecordComponent[] components = raw.getRecordComponents();
    @Nullable Object[] values = new @Nullable Object[components.length];
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      int at = indexOf(components, name);
      if (at < 0) {
        parser.skipChildren();
      } else {
        values[at] =
            component(parser, ResolvableType.forType(components[at].getGenericType(), type));
      }
    }
    for (int i = 0; i < components.length; i++) {
      if (values[i] == null && components[i].getType() == Optional.class) {
        values[i] = Optional.empty();
      } else if (values[i] == null && !Nullness.isNullable(components[i])) {
        throw new IllegalArgumentException(components[i].getName() + " is missing");
      }
    }
    return BeanUtils.instantiateClass(constructor(raw, components), values);
  }

  private static @Nullable Object component(JsonParser parser, ResolvableType type)
      throws IOException {
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

  private static int indexOf(RecordComponent[] components, String name) {
    for (int i = 0; i < components.length; i++) {
      if (components[i].getName().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static Constructor<?> constructor(Class<?> raw, RecordComponent[] components) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return raw.getDeclaredConstructor(types);
    } catch (NoSuchMethodException e) { // every record has one; a native image may not
      throw new IllegalStateException("The constructor of " + raw.getName() + " is not there", e);
    }
  }
}
