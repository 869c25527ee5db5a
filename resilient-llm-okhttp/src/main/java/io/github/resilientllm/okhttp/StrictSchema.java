package io.github.resilientllm.okhttp;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JSON Schema with what a vendor's grammar can enforce: bounds and patterns go, objects are
 * closed. Whatever obeys it may still break the original, which is therefore checked as well; see
 * {@link SchemaCheck}.
 */
final class StrictSchema {
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
          "propertyNames");
  private static final Set<String> NAMED_SCHEMAS = Set.of("properties", "$defs", "definitions");

  private StrictSchema() {}

  /**
   * The part of a schema that can be enforced.
   *
   * @param what names the schema in errors
   * @throws UnwritableRequest if it is not one JSON object
   */
  static String of(String schema, String what) throws IOException {
    if (!Json.isObject(schema)) {
      throw new UnwritableRequest(what + " are not one JSON object");
    }
    return JsonTree.text(part(JsonTree.parse(schema)));
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
    if (map.containsKey("properties") || "object".equals(map.get("type"))) {
      kept.put("additionalProperties", false);
    }
    return kept;
  }

  private static void keep(String keyword, Object value, Map<String, Object> kept) {
    if (DROPPED.contains(keyword)) {
      return;
    }
    if (NAMED_SCHEMAS.contains(keyword) && value instanceof Map<?, ?> schemas) {
      Map<String, Object> parts = new LinkedHashMap<>();
      schemas.forEach((name, schema) -> parts.put(String.valueOf(name), part(schema)));
      kept.put(keyword, parts);
      return;
    }
    switch (keyword) {
      case "oneOf" -> kept.put("anyOf", part(value)); // an answer of one is an answer of any
      case "anyOf", "allOf", "prefixItems", "items", "not" -> kept.put(keyword, part(value));
      default -> kept.put(keyword, value);
    }
  }
}
