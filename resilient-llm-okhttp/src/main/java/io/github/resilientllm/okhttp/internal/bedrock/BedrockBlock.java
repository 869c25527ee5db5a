package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.okhttp.internal.json.Json;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one content block of a Converse answer, or of the piece of one that an event of a
 * stream brings. Kinds of content that are not known here have none of them.
 */
final class BedrockBlock {
  private @Nullable String text;
  private @Nullable String reasoning;
  private @Nullable String signature;
  private @Nullable String redacted;
  private boolean isToolCall;
  private @Nullable String toolId;
  private @Nullable String toolName;
  private @Nullable String input;

  private BedrockBlock() {}

  /** Reads the object that the parser stands on; anything else is a block of nothing. */
  static BedrockBlock read(JsonParser parser) throws IOException {
    BedrockBlock block = new BedrockBlock();
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return block;
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      switch (name) {
        case "text" -> block.text = Json.string(parser);
        case "reasoningContent" -> block.reasoning(parser);
        case "toolUse" -> {
          if (token == JsonToken.START_OBJECT) {
            block.toolCall(parser);
          } else {
            parser.skipChildren();
          }
        }
        default -> parser.skipChildren();
      }
    }
    return block;
  }

  /** Hands over what was read, as part of a numbered block. */
  void addTo(BedrockAnswer answer, long index) throws IOException {
    if (reasoning != null) {
      answer.reasoning(reasoning);
    }
    if (signature != null) {
      answer.signature(signature);
    }
    if (redacted != null) {
      answer.redacted(redacted);
    }
    if (text != null) {
      answer.text(text);
    }
    if (isToolCall) {
      answer.toolCall(index, toolId, toolName, input == null ? "" : input);
    }
  }

  /** In a whole answer, text and signature have one more object around them than in a stream. */
  private void reasoning(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      switch (name) {
        case "reasoningText" -> reasoning(parser);
        case "text" -> reasoning = Json.string(parser);
        case "signature" -> signature = Json.string(parser);
        case "redactedContent" -> redacted = Json.string(parser);
        default -> parser.skipChildren();
      }
    }
  }

  /** The input is an object in a whole answer, and pieces of text in a stream. */
  private void toolCall(JsonParser parser) throws IOException {
    isToolCall = true;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      switch (name) {
        case "toolUseId" -> toolId = Json.string(parser);
        case "name" -> toolName = Json.string(parser);
        case "input" ->
            input = token == JsonToken.START_OBJECT ? Json.raw(parser) : Json.string(parser);
        default -> parser.skipChildren();
      }
    }
  }
}
