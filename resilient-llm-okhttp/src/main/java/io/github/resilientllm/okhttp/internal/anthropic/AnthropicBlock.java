package io.github.resilientllm.okhttp.internal.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A content block, the beginning of one, or a piece of one, as Anthropic sends it: its type may
 * stand before or after its content.
 */
final class AnthropicBlock {
  private String type = "";
  private String text = "";
  private String signature = "";
  private @Nullable String id;
  private @Nullable String name;
  private String input = "";
  private String citation = "";
  private String raw = "";

  /** Reads the object that the parser stands on, and keeps it as it is. */
  static AnthropicBlock read(JsonParser parser) throws IOException {
    AnthropicBlock block = new AnthropicBlock();
    block.raw = Json.raw(parser);
    try (JsonParser copy = Json.FACTORY.createParser(block.raw)) {
      copy.nextToken();
      for (Fields fields = Fields.of(copy); fields.next(); ) {
        block.field(fields.name(), copy);
      }
    }
    return block;
  }

  /** Takes over one field; the parser stands on its value. */
  void field(String field, JsonParser parser) throws IOException {
    switch (field) {
      case "type" -> type = text(parser);
      case "text", "thinking", "partial_json", "data" -> text = text(parser);
      case "signature" -> signature = text(parser);
      case "citation" -> {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          citation = Json.raw(parser);
        }
      }
      case "id" -> id = Json.string(parser);
      case "name" -> name = Json.string(parser);
      case "input" -> {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          input = Json.raw(parser);
        }
      }
    }
  }

  /** Such as {@code text} or {@code text_delta}; empty if there is none. */
  String type() {
    return type;
  }

  /** The content: text, a thought, a piece of arguments, or an encrypted thought; may be empty. */
  String text() {
    return text;
  }

  /** The signature under a thought; empty for none. */
  String signature() {
    return signature;
  }

  /** The id of a tool call; null for none. */
  @Nullable String id() {
    return id;
  }

  /** The name of the tool; null for none. */
  @Nullable String name() {
    return name;
  }

  /** A tool call's arguments as a JSON object; empty for none. */
  String input() {
    return input;
  }

  /** A citation as JSON, in a piece; empty for none. */
  String citation() {
    return citation;
  }

  /** A block as it came; empty for a piece. */
  String raw() {
    return raw;
  }

  private static String text(JsonParser parser) throws IOException {
    String text = Json.string(parser);
    return text == null ? "" : text;
  }
}
