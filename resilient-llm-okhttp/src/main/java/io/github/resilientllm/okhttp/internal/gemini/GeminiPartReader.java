package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one part of a Gemini answer, whose fields come in any order. */
final class GeminiPartReader {
  private static final Set<String> KNOWN = Set.of("text", "thoughtSignature", "functionCall");

  private String text = "";
  private boolean isKnown;
  private boolean isThought;
  private @Nullable String signature;
  private GeminiPart.@Nullable Call call;

  private GeminiPartReader() {}

  /** Reads the object that the parser stands on; null if the part is of a kind unknown here. */
  static @Nullable GeminiPart read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedAnswer("a part is not an object");
    }
    GeminiPartReader part = new GeminiPartReader();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      part.field(name, parser);
    }
    if (!part.isKnown) {
      return null;
    }
    return new GeminiPart(part.text, part.isThought, part.signature, part.call);
  }

  private void field(String name, JsonParser parser) throws IOException {
    isKnown |= KNOWN.contains(name);
    switch (name) {
      case "text" -> text = orEmpty(Json.string(parser));
      case "thought" -> {
        isThought = parser.currentToken() == JsonToken.VALUE_TRUE;
        parser.skipChildren();
      }
      case "thoughtSignature" -> {
        String value = Json.string(parser);
        signature = value == null || value.isEmpty() ? null : value;
      }
      case "functionCall" -> call = call(parser);
      default -> parser.skipChildren();
    }
  }

  private static GeminiPart.@Nullable Call call(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return null;
    }
    String id = "";
    String name = "";
    String arguments = "{}";
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      switch (field) {
        case "id" -> id = orEmpty(Json.string(parser));
        case "name" -> name = orEmpty(Json.string(parser));
        case "args" -> arguments = token == JsonToken.START_OBJECT ? Json.raw(parser) : arguments;
        case "partialArgs", "willContinue" ->
            throw new MalformedAnswer(
                "a tool call comes in pieces; leave out streamFunctionCallArguments");
        default -> parser.skipChildren();
      }
    }
    return new GeminiPart.Call(id, name, arguments);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
