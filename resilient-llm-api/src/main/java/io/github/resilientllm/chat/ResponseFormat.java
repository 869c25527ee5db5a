package io.github.resilientllm.chat;

import java.util.Objects;

/** The shape that an answer must have. */
public sealed interface ResponseFormat {

  /** Free text; what a request asks for unless told otherwise. */
  static ResponseFormat text() {
    return Text.INSTANCE;
  }

  /** Any JSON object. Most vendors want the prompt to mention JSON as well. */
  static ResponseFormat json() {
    return Json.INSTANCE;
  }

  /**
   * JSON that obeys a schema, enforced by the vendor.
   *
   * @param name 1 to 64 characters; shown to the model
   * @param schema a JSON Schema as JSON text
   */
  static ResponseFormat jsonSchema(String name, String schema) {
    return new JsonSchema(name, schema, true);
  }

  /** Free text. */
  enum Text implements ResponseFormat {
    /** The one instance. */
    INSTANCE
  }

  /** Any JSON object. */
  enum Json implements ResponseFormat {
    /** The one instance. */
    INSTANCE
  }

  /**
   * JSON that obeys a schema.
   *
   * @param name 1 to 64 characters; shown to the model
   * @param schema a JSON Schema as JSON text
   * @param strict whether the vendor is to guarantee it; OpenAI then wants {@code
   *     additionalProperties: false} and every property required
   */
  record JsonSchema(String name, String schema, boolean strict) implements ResponseFormat {
    /**
     * Checks name and schema.
     *
     * @throws IllegalArgumentException if the name is empty or too long, or the schema is no object
     */
    public JsonSchema {
      Objects.requireNonNull(schema, "schema");
      if (name.isEmpty() || name.length() > 64) {
        throw new IllegalArgumentException(
            "A schema's name has 1 to 64 characters, \"" + name + "\" has " + name.length());
      }
      if (!schema.stripLeading().startsWith("{")) {
        throw new IllegalArgumentException("A JSON Schema starts with {; schema \"" + name + "\"");
      }
    }
  }
}
