package io.github.resilientllm.langchain4j;

import dev.langchain4j.internal.Json;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas as text and as LangChain4j's objects.
 *
 * <p>The only place that uses classes that LangChain4j calls internal: they are how its own vendors
 * write these objects, and so also know those that a later version adds.
 */
final class Schemas {
  private static final String ANY_OBJECT = "{\"type\":\"object\",\"properties\":{}}";

  private Schemas() {}

  /** The schema as JSON text; of null one that allows any object. */
  static String text(@Nullable JsonSchemaElement schema) {
    if (schema == null) {
      return ANY_OBJECT;
    }
    return schema instanceof JsonRawSchema raw
        ? raw.schema()
        : Json.toJson(JsonSchemaElementUtils.toMap(schema));
  }

  /** A schema of type object, whose parts stay as they are written. */
  static JsonObjectSchema object(String text) {
    Map<?, ?> all = Json.fromJson(text, Map.class);
    JsonObjectSchema.Builder schema = JsonObjectSchema.builder();
    elements(all.get("properties")).forEach(schema::addProperty);
    Map<String, JsonSchemaElement> definitions = elements(all.get("$defs"));
    if (!definitions.isEmpty()) {
      schema.definitions(definitions);
    }
    if (all.get("required") instanceof List<?> names) {
      schema.required(names.stream().map(String::valueOf).toList());
    }
    if (all.get("description") instanceof String description) {
      schema.description(description);
    }
    if (all.get("additionalProperties") instanceof Boolean allowed) {
      schema.additionalProperties(allowed);
    }
    return schema.build();
  }

  private static Map<String, JsonSchemaElement> elements(@Nullable Object map) {
    Map<String, JsonSchemaElement> elements = new LinkedHashMap<>();
    if (map instanceof Map<?, ?> known) {
      known.forEach(
          (name, schema) ->
              elements.put(String.valueOf(name), JsonRawSchema.from(Json.toJson(schema))));
    }
    return elements;
  }
}
