package io.github.resilientllm.okhttp.internal.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value of an answer, an event of a stream or the whole message, straight into an
 * {@link AnthropicAnswer}. No tree is built.
 */
final class AnthropicEvents {
  private final AnthropicAnswer answer;
  private String type = "";
  private long index;
  private @Nullable AnthropicBlock block;
  private @Nullable ErrorBody error;
  private boolean hasContent;

  AnthropicEvents(AnthropicAnswer answer) {
    this.answer = answer;
  }

  /**
   * Reads the value that starts with the parser's next token.
   *
   * @return the error in it; null if there is none
   */
  @Nullable ErrorBody read(JsonParser parser) throws IOException {
    type = "";
    index = 0;
    block = null;
    error = null;
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedAnswer("the answer is not a JSON object");
    }
    fields(parser);
    if (error != null || type.equals("error")) {
      return error == null ? new ErrorBody() : error;
    }
    apply();
    return null;
  }

  /** Whether a message's content was read, even if there is none in it. */
  boolean hasContent() {
    return hasContent;
  }

  private void fields(JsonParser parser) throws IOException {
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      String name = fields.name();
      if (parser.currentToken() != JsonToken.VALUE_NULL) { // "error": null says nothing
        field(name, parser);
      }
    }
  }

  private void field(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "type" -> type = parser.getValueAsString("");
      case "index" -> index = Math.max(0, Json.count(parser));
      case "content_block" -> {
        if (isObject(parser)) {
          block = AnthropicBlock.read(parser);
        }
      }
      case "delta" -> delta(parser);
      case "message" -> message(parser);
      case "usage" -> answer.usage().read(parser);
      case "error" -> error = ErrorBody.read(parser);
      default -> ofMessage(name, parser);
    }
  }

  /** Fields of a message, which is the whole answer or stands in an event. */
  private void ofMessage(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "id" -> begin(Json.string(parser));
      case "model" -> answer.model(Json.string(parser));
      case "usage" -> answer.usage().read(parser);
      case "stop_reason" -> answer.stopReason(Json.string(parser));
      case "stop_details" -> stopDetails(parser);
      case "content" -> content(parser);
    }
  }

  /** Gateways begin a message twice, or begin another one after they asked again on their own. */
  private void begin(@Nullable String id) throws MalformedAnswer {
    boolean isOther = id != null && !answer.id().isEmpty() && !id.equals(answer.id());
    if (isOther && answer.hasContent()) {
      throw new MalformedAnswer("the stream began a second message in the middle of the first");
    }
    answer.id(id);
  }

  private void message(JsonParser parser) throws IOException {
    if (!isObject(parser)) {
      return;
    }
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      String name = fields.name();
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        ofMessage(name, parser);
      }
    }
  }

  private void content(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedAnswer("the content is not an array");
    }
    hasContent = true;
    long at = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw new MalformedAnswer("a content block is not an object");
      }
      answer.whole(at++, AnthropicBlock.read(parser));
    }
  }

  /** A piece of a block, or of the message: the fields of the two have nothing in common. */
  private void delta(JsonParser parser) throws IOException {
    if (!isObject(parser)) {
      return;
    }
    AnthropicBlock read = new AnthropicBlock();
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      switch (fields.name()) {
        case "stop_reason" -> answer.stopReason(Json.string(parser));
        case "stop_details" -> stopDetails(parser);
        default -> read.field(fields.name(), parser);
      }
    }
    block = read;
  }

  private void stopDetails(JsonParser parser) throws IOException {
    Fields.one(parser, "explanation", words -> answer.refusal(Json.string(words)));
  }

  private void apply() throws MalformedAnswer {
    AnthropicBlock read = block;
    switch (type) {
      case "content_block_start" -> {
        if (read != null) {
          answer.open(index, read);
        }
      }
      case "content_block_delta" -> {
        if (read != null) {
          answer.piece(index, read);
        }
      }
      case "content_block_stop", "message_delta" -> answer.close();
      case "message_stop" -> answer.end();
      default -> {
        // such as ping
      }
    }
  }

  private static boolean isObject(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      return true;
    }
    parser.skipChildren();
    return false;
  }
}
