package io.github.resilientllm.okhttp.internal.bedrock;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
  private @Nullable String cited;
  private @Nullable String citation;
  private @Nullable String result;

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
        case "citationsContent" -> {
          if (token == JsonToken.START_OBJECT) {
            block.cited(Json.raw(parser));
          }
        }
        case "citation" -> {
          if (token == JsonToken.START_OBJECT) {
            block.citation = Json.raw(parser);
          }
        }
        case "toolResult" -> { // only tools that AWS runs have results in an answer
          if (token.isStructStart()) {
            block.result = Json.raw(parser);
          }
        }
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
    if (cited != null) {
      answer.content().cited(cited);
    }
    if (citation != null) {
      answer.content().citation(citation);
    }
    if (result != null) {
      answer.content().result(result);
    }
    if (isServers) {
      answer.servers(index, toolId, toolName, input == null ? "" : input);
    } else if (isToolCall) {
      answer.toolCall(index, toolId, toolName, input == null ? "" : input);
    }
  }

  /** Words with citations, which stand in a list of their own in a whole answer. */
  private void cited(String json) throws IOException {
    cited = json;
    StringBuilder words = new StringBuilder();
    if (JsonTree.object(json).get("content") instanceof List<?> pieces) {
      for (Object piece : pieces) {
        if (piece instanceof Map<?, ?> fields && fields.get("text") instanceof String said) {
          words.append(said);
        }
      }
    }
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
