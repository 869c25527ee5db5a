package io.github.resilientllm.okhttp.internal.json;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema with what a vendor's grammar can enforce: bounds and patterns go, objects are
 * closed. Whatever obeys it may still break the original, which is therefore checked as well; see
 * {@link SchemaCheck}.
 */
public final class StrictSchema {
  private static final Set<String> DROPPED =
      Set.of(
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "minLength",
          "maxLength",
          "pattern",
          "minItems",
          "maxItems",
          "uniqueItems",
          "minContains",
          "maxContains",
          "contains",
          "minProperties",
          "maxProperties",
          "patternProperties",
          "propertyNames",
          "not");
  private static final Set<String> SCHEMAS =
      Set.of("anyOf", "oneOf", "allOf", "prefixItems", "items", "not");

  /** The formats of texts that a grammar knows. */
  private static final Set<String> FORMATS =
      Set.of(
          "date-time",
          "time",
          "date",
          "duration",
          "email",
          "hostname",
          "uri",
          "ipv4",
          "ipv6",
          "uuid");

  private static final Set<String> NAMED_SCHEMAS = Set.of("properties", "$defs", "definitions");

  private StrictSchema() {}

  /**
   * The part of a schema that can be enforced.
   *
   * @param what names the schema in errors
   * @throws UnwritableRequest if it is not one JSON object
   */
  public static String of(String schema, String what) throws IOException {
    if (!Json.isObject(schema)) {
      throw new UnwritableRequest(what + " are not one JSON object");
    }
    return JsonTree.text(part(JsonTree.parse(schema)));
  }

  /**
   * A schema whose objects are closed and require all that they name, which OpenAI wants of a
   * strict one; all else stays. What obeys it obeys the original.
   *
   * @param what names the schema in errors
   * @throws UnwritableRequest if it is not one JSON object
   */
  public static String closed(String schema, String what) throws IOException {
    if (!Json.isObject(schema)) {
      throw new UnwritableRequest(what + " are not one JSON object");
    }
    return JsonTree.text(closed(JsonTree.parse(schema)));
  }

  private static Object closed(Object schema) {
    if (schema instanceof List<?> list) {
      return list.stream().map(StrictSchema::closed).toList();
    }
    if (!(schema instanceof Map<?, ?> map)) {
      return schema;
    }
    Map<String, Object> closed = new LinkedHashMap<>();
    map.forEach((key, value) -> closed.put(String.valueOf(key), closedValue(key, value)));
    if (map.get("properties") instanceof Map<?, ?> properties) {
      closed.put("required", properties.keySet().stream().map(String::valueOf).toList());
      closed.put("additionalProperties", false);
    }
    return closed;
  }

  private static Object closedValue(Object keyword, Object value) {
    if (NAMED_SCHEMAS.contains(keyword) && value instanceof Map<?, ?> schemas) {
      Map<String, Object> closed = new LinkedHashMap<>();
      schemas.forEach((name, schema) -> closed.put(String.valueOf(name), closed(schema)));
      return closed;
    }
    return SCHEMAS.contains(keyword) ? closed(value) : value;
  }

  /**
   * Whether what can be enforced still lets through all that the schema allows by name. An object
   * whose names are not listed would be closed to nothing, and so would each branch of an {@code
   * allOf} be to the others. What is no JSON is for {@link #of} to complain of.
   */
  public static boolean canEnforce(String schema) {
    try {
      return !isOpen(JsonTree.parse(schema));
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean isOpen(Object schema) {
    if (schema instanceof List<?> list) {
      return list.stream().anyMatch(StrictSchema::isOpen);
    }
    if (!(schema instanceof Map<?, ?> map)) {
      return false;
    }
    Object more = map.get("additionalProperties");
    boolean open = more != null && !Boolean.FALSE.equals(more);
    boolean unlisted = isObject(map.get("type")) && !map.containsKey("properties");
    if (open || unlisted || map.containsKey("patternProperties") || map.containsKey("allOf")) {
      return true;
    }
    return map.entrySet().stream()
        .anyMatch(e -> e.getKey() instanceof String key && holdsOpen(key, e.getValue()));
  }

  private static boolean isObject(@Nullable Object type) {
    return "object".equals(type) || (type instanceof List<?> types && types.contains("object"));
  }

  private static boolean holdsOpen(String keyword, Object value) {
    if (NAMED_SCHEMAS.contains(keyword) && value instanceof Map<?, ?> schemas) {
      return schemas.values().stream().anyMatch(StrictSchema::isOpen);
    }
    return SCHEMAS.contains(keyword) && isOpen(value);
  }

  private static Object part(Object schema) {
    if (schema instanceof List<?> list) {
      return list.stream().map(StrictSchema::part).toList();
    }
    if (!(schema instanceof Map<?, ?> map)) {
      return schema;
    }
    Map<String, Object> kept = new LinkedHashMap<>();
    map.forEach((key, value) -> keep(String.valueOf(key), value, kept));
    if (map.containsKey("properties") || isObject(map.get("type"))) {
      kept.put("additionalProperties", false);
    }
    return kept;
  }

  private static void keep(String keyword, Object value, Map<String, Object> kept) {
    boolean isForeignFormat = keyword.equals("format") && !FORMATS.contains(value);
    if (DROPPED.contains(keyword) || isForeignFormat) {
      return;
    }
    if (NAMED_SCHEMAS.contains(keyword) && value instanceof Map<?, ?> schemas) {
      Map<String, Object> parts = new LinkedHashMap<>();
      schemas.forEach((name, schema) -> parts.put(String.valueOf(name), part(schema)));
      kept.put(keyword, parts);
      return;
    }
    Object inner = SCHEMAS.contains(keyword) ? part(value) : value;
    kept.put(keyword.equals("oneOf") ? "anyOf" : keyword, inner); // one of them is any of them
  }
}
