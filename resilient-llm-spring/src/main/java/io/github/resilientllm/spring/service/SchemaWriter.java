package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.internal.Kotlin;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * Writes the JSON Schema of a Java type: objects are closed, all of their properties are required,
 * and what may be missing may be null, as the strict modes of the vendors want it.
 */
final class SchemaWriter {

  /** A type that has no schema; the message is a sentence that says why. */
  static final class Unwritable extends Exception {
    private static final long serialVersionUID = 1L;

    Unwritable(String reason) {
      super(reason);
    }
  }

  /**
   * A schema.
   *
   * @param tree of maps and lists
   * @param hasDefaults whether null stands for the default value of a property in it
   */
  record Schema(Map<String, Object> tree, boolean hasDefaults) {

    /** What a model said, as it is to be read. */
    String toRead(String said) throws IOException {
      return hasDefaults ? Nulls.leftOut(said) : said;
    }
  }

  private final LlmJson json;
  private boolean hasDefaults;
  private final Deque<Class<?>> inside = new ArrayDeque<>();

  private SchemaWriter(LlmJson json) {
    this.json = json;
  }

  /**
   * The schema of a type.
   *
   * @param json tells the names of the properties
   * @throws Unwritable if the type, or one in it, has none
   */
  static Schema of(ResolvableType type, LlmJson json) throws Unwritable {
    SchemaWriter writer = new SchemaWriter(json);
    return new Schema(writer.schema(type, "the answer"), writer.hasDefaults);
  }

  /** The schema of an object whose properties are a method's parameters. */
  static Schema ofParameters(Method method, LlmJson json) throws Unwritable {
    SchemaWriter writer = new SchemaWriter(json);
    Map<String, Object> properties = new LinkedHashMap<>();
    Parameter[] parameters = method.getParameters();
    for (int i = 0; i < Kotlin.parameterCount(method); i++) {
      String name = parameters[i].getName();
      Map<String, Object> schema =
          writer.schema(ResolvableType.forMethodParameter(method, i), "\"" + name + "\"");
      properties.put(name, Nullness.isNullable(parameters[i]) ? orNull(schema) : schema);
    }
    return new Schema(object(properties), writer.hasDefaults);
  }

  /** Whether a value of the type is an array in JSON. */
  static boolean isArray(Class<?> type) {
    return type == List.class || type == Set.class || type == Collection.class;
  }

  private Map<String, Object> schema(ResolvableType type, String where) throws Unwritable {
    Class<?> raw = type.resolve();
    if (raw == null) {
      throw new Unwritable(where + " is a " + type + ", and what that is nobody knows.");
    }
    Map<String, Object> scalar = Scalar.schema(raw);
    if (scalar != null) {
      return scalar;
    }
    if (isArray(raw)) {
      return list(type, raw, where);
    }
    if (raw == Map.class) {
      return map(type, where);
    }
    if (Structure.is(raw) && !raw.isSealed()) {
      return object(type, raw, where);
    }
    throw new Unwritable(where + " is a " + raw.getName() + refusal(raw));
  }

  private static String refusal(Class<?> raw) {
    if (raw.isSealed()) {
      return ", a sealed type, and which of its subtypes is meant cannot be told from JSON.";
    }
    if (raw.isArray()) {
      return ", an array.";
    }
    return ", which is no record, bean, enum, list, map, number, text, date or time.";
  }

  private Map<String, Object> list(ResolvableType type, Class<?> raw, String where)
      throws Unwritable {
    ResolvableType element = type.as(Iterable.class).getGeneric(0);
    if (element.resolve() == null) {
      throw new Unwritable(where + " is a " + raw.getSimpleName() + " that does not say of what.");
    }
    return tree("type", "array", "items", schema(element, "an element of " + where));
  }

  private Map<String, Object> map(ResolvableType type, String where) throws Unwritable {
    if (type.getGeneric(0).resolve() != String.class) {
      throw new Unwritable(
          where + " is a " + type + ", and in JSON the keys of a map are Strings.");
    }
    return tree(
        "type",
        "object",
        "additionalProperties",
        schema(type.getGeneric(1), "a value of " + where));
  }

  private Map<String, Object> object(ResolvableType type, Class<?> raw, String where)
      throws Unwritable {
    if (inside.contains(raw)) {
      throw new Unwritable(
          where
              + " is a "
              + raw.getSimpleName()
              + " in a "
              + raw.getSimpleName()
              + ", and a type that holds itself has no end that a model could be held to.");
    }
    inside.push(raw);
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Structure.Property property : Structure.of(type, where).properties()) {
      String name = json.nameOf(raw, property.name());
      properties.put(name, property(property, raw.getSimpleName() + "." + property.name()));
    }
    inside.pop();
    return object(properties);
  }

  private Map<String, Object> property(Structure.Property property, String where)
      throws Unwritable {
    ResolvableType type = property.type();
    if (property.hasDefault() && json instanceof JacksonJson jackson && !jackson.knowsKotlin()) {
      throw new Unwritable(
          where
              + " has a default value, which the application's Jackson knows nothing of; add its"
              + " module for Kotlin, jackson-module-kotlin.");
    }
    hasDefaults |= property.hasDefault();
    boolean optional = Nullness.isOptional(type);
    Map<String, Object> schema = schema(optional ? type.getGeneric(0) : type, where);
    if (optional || property.isNullable()) {
      schema = orNull(schema);
    }
    String said = property.description();
    if (said == null) {
      return schema;
    }
    Map<String, Object> described = new LinkedHashMap<>(schema);
    described.merge("description", said, (form, text) -> text + " (" + form + ")");
    return described;
  }

  /** The schema of an object with these properties and no other. */
  static Map<String, Object> object(Map<String, Object> properties) {
    return tree(
        "type",
        "object",
        "properties",
        properties,
        "required",
        List.copyOf(properties.keySet()),
        "additionalProperties",
        false);
  }

  private static Map<String, Object> orNull(Map<String, Object> schema) {
    Map<String, Object> nullable = new LinkedHashMap<>(schema);
    nullable.computeIfPresent("type", (key, type) -> Arrays.asList(type, "null"));
    nullable.computeIfPresent("enum", (key, values) -> withNull((List<?>) values));
    return nullable;
  }

  private static List<@Nullable Object> withNull(List<?> values) {
    @Nullable Object[] all = Arrays.copyOf(values.toArray(), values.size() + 1);
    return Arrays.asList(all);
  }

  private static Map<String, Object> tree(Object... keysAndValues) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      tree.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return tree;
  }
}
