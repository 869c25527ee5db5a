package io.github.resilientllm.okhttp.internal.bedrock;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;
import java.util.Objects;
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
  private boolean isServers; // it is AWS that runs the tool

  private BedrockBlock() {}

  /** Reads the object that the parser stands on; anything else is a block of nothing. */
  static BedrockBlock read(JsonParser parser) throws IOException {
    BedrockBlock block = new BedrockBlock();
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      JsonToken token = parser.currentToken();
      switch (fields.name()) {
        case "text" -> block.text = Json.string(parser);
        case "reasoningContent" -> block.reasoning(parser);
        case "toolUse" -> {
          if (token == JsonToken.START_OBJECT) {
            block.toolCall(parser);
          }
        }
        case "citationsContent" -> block.cited(parser);
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
    if (isServers) {
      answer.servers(index);
    } else if (isToolCall) {
      answer.toolCall(index, toolId, toolName, input == null ? "" : input);
    }
  }

  /** Words with citations, which stand in a list of their own in a whole answer. */
  private void cited(JsonParser parser) throws IOException {
    StringBuilder words = new StringBuilder();
    BedrockWhole.within(
        parser,
        "content",
        list -> {
          if (list.currentToken() != JsonToken.START_ARRAY) {
            return;
          }
          while (list.nextToken() != JsonToken.END_ARRAY) {
            BedrockWhole.within(
                list,
                "text",
                piece -> words.append(Objects.requireNonNullElse(Json.string(piece), "")));
          }
        });
    text = words.toString();
  }

  /** In a whole answer, text and signature have one more object around them than in a stream. */
  private void reasoning(JsonParser parser) throws IOException {
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      switch (fields.name()) {
        case "reasoningText" -> reasoning(parser);
        case "text" -> reasoning = Json.string(parser);
        case "signature" -> signature = Json.string(parser);
        case "redactedContent" -> redacted = Json.string(parser);
      }
    }
  }

  /** The input is an object in a whole answer, and pieces of text in a stream. */
  private void toolCall(JsonParser parser) throws IOException {
    isToolCall = true;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      JsonToken token = parser.currentToken();
      switch (fields.name()) {
        case "toolUseId" -> toolId = Json.string(parser);
        case "name" -> toolName = Json.string(parser);
        case "type" -> isServers = Json.is(parser, "server_tool_use");
        case "input" ->
            input = token == JsonToken.START_OBJECT ? Json.raw(parser) : Json.string(parser);
      }
    }
  }
}
