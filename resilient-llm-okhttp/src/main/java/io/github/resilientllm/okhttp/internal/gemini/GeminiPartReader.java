package io.github.resilientllm.okhttp.internal.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one part of a Gemini answer, whose fields come in any order. */
final class GeminiPartReader {
  /** Code that the vendor ran and what came of it; other tools of its own, and theirs. */
  private static final Set<String> SERVED =
      Set.of("executableCode", "codeExecutionResult", "toolCall", "toolResponse");

  private static final Set<String> KNOWN = Set.of("text", "thoughtSignature", "functionCall");

  private String text = "";
  private boolean isKnown;
  private boolean isThought;
  private @Nullable String signature;
  private GeminiPart.@Nullable Call call;
  private final Map<String, Object> served = new LinkedHashMap<>();

  private GeminiPartReader() {}

  /** Reads the object that the parser stands on; null if the part is of a kind unknown here. */
  static @Nullable GeminiPart read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedAnswer("a part is not an object");
    }
    GeminiPartReader part = new GeminiPartReader();
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      part.field(fields.name(), parser);
    }
    if (!part.isKnown && part.served.isEmpty()) {
      return null;
    }
    return new GeminiPart(part.text, part.isThought, part.signature, part.call, part.served);
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
      default -> {
        if (SERVED.contains(name)) {
          served.put(name, JsonTree.parse(Json.raw(parser)));
        }
      }
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
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      JsonToken token = parser.currentToken();
      switch (fields.name()) {
        case "id" -> id = orEmpty(Json.string(parser));
        case "name" -> name = orEmpty(Json.string(parser));
        case "args" -> arguments = token == JsonToken.START_OBJECT ? Json.raw(parser) : arguments;
        case "partialArgs", "willContinue" ->
            throw new MalformedAnswer(
                "a tool call comes in pieces; leave out streamFunctionCallArguments");
      }
    }
    return new GeminiPart.Call(id, name, arguments);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
