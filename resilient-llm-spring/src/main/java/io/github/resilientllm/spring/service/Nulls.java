package io.github.resilientllm.spring.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * Nulls that a model says for what it does not know. Where a property has a default value in Kotlin
 * they are left out, for Kotlin's default is for what is missing.
 */
final class Nulls {
  private static final JsonFactory FACTORY = new JsonFactory(); // bounds depth and sizes itself

  private Nulls() {}

  /** The same JSON without the properties that are null. */
  static String leftOut(String json) throws IOException {
    StringWriter text = new StringWriter(json.length());
    try (JsonParser parser = FACTORY.createParser(json);
        JsonGenerator generator = FACTORY.createGenerator(text)) {
      @Nullable JsonToken token;
      while ((token = parser.nextToken()) != null) {
        if (token != JsonToken.FIELD_NAME) {
          generator.copyCurrentEventExact(parser);
          continue;
        }
        String name = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_NULL) {
          generator.writeFieldName(name);
          generator.copyCurrentEventExact(parser);
        }
      }
    }
    return text.toString();
  }
}
