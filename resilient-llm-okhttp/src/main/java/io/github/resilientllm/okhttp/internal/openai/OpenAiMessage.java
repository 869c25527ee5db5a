package io.github.resilientllm.okhttp.internal.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a {@code message} or a {@code delta}: the content of one choice. */
final class OpenAiMessage {
  private static final long NO_INDEX = -1;

  private final OpenAiAnswer answer;

  OpenAiMessage(OpenAiAnswer answer) {
    this.answer = answer;
  }

  /** Reads the object that the parser stands on. */
  void read(JsonParser parser) throws IOException {
    String text = null;
    String reasoning = null;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      JsonToken token = parser.currentToken();
      switch (fields.name()) {
        case "content" -> {
          if (token == JsonToken.START_ARRAY) {
            parts(parser);
          } else {
            text = Json.string(parser);
          }
        }
        case "reasoning", "reasoning_content" -> {
          String piece = Json.string(parser);
          reasoning = reasoning == null ? piece : reasoning; // some send the same under both names
        }
        case ReasoningDetails.FIELD -> answer.reasoningDetails(parser);
        case "annotations", "executed_tools" -> answer.sources().more(fields.name(), parser);
        case "refusal" -> answer.refusal(Json.string(parser));
        case "tool_calls" -> {
          hand(reasoning, text);
          reasoning = null;
          text = null;
          toolCalls(parser);
        }
      }
    }
    hand(reasoning, text);
  }

  private void hand(@Nullable String reasoning, @Nullable String text) throws IOException {
    answer.reasoning(reasoning);
    answer.text(text);
  }

  /** Content as an array, as Mistral's reasoning models send it; unknown kinds are passed over. */
  private void parts(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        part(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void part(JsonParser parser) throws IOException {
    String type = "text";
    String text = null;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      JsonToken token = parser.currentToken();
      switch (fields.name()) {
        case "type" -> type = parser.getValueAsString("");
        case "text" -> text = Json.string(parser);
        case "reference_ids" -> answer.sources().more(fields.name(), parser); // Mistral's
        case "thinking" -> {
          if (token == JsonToken.START_ARRAY) {
            thinking(parser);
          } else {
            answer.reasoning(Json.string(parser));
          }
        }
      }
    }
    if (type.equals("text")) {
      answer.text(text);
    }
  }

  private void thinking(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Fields.one(parser, "text", text -> answer.reasoning(Json.string(text)));
    }
  }

  private void toolCalls(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return; // null beside plain text
    }
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      toolCall(parser);
    }
    if (parser.currentToken() != JsonToken.END_ARRAY) {
      throw new MalformedAnswer("a tool call is not an object");
    }
  }

  private void toolCall(JsonParser parser) throws IOException {
    long index = NO_INDEX;
    String id = null;
    String extra = null;
    Function function = Function.NONE;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      JsonToken token = parser.currentToken();
      switch (fields.name()) {
        case "index" -> index = Json.count(parser);
        case "id" -> id = Json.string(parser);
        case "function" -> function = function(parser);
        case "extra_content" -> {
          if (token == JsonToken.START_OBJECT) {
            extra = Json.raw(parser); // Gemini's signature, wanted back with the call
          }
        }
      }
    }
    answer.toolCall(index, id, function.name(), function.arguments(), extra);
  }

  private record Function(@Nullable String name, String arguments) {
    static final Function NONE = new Function(null, "");
  }

  private static Function function(JsonParser parser) throws IOException {
    String toolName = null;
    String arguments = null;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      JsonToken token = parser.currentToken();
      switch (fields.name()) {
        case "name" -> toolName = Json.string(parser);
        case "arguments" ->
            arguments = token == JsonToken.START_OBJECT ? Json.raw(parser) : Json.string(parser);
      }
    }
    return new Function(toolName, arguments == null ? "" : arguments);
  }
}
