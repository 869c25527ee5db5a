package io.github.resilientllm.okhttp.internal.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value of a response, an event of its stream or the whole, into a {@link
 * ResponsesAnswer}. Most events are a piece of a text, of which no tree is built.
 */
final class ResponsesEvents {
  private static final int MAX_ITEMS = 1_000; // of an answer's output; on record are dozens

  private final ResponsesAnswer answer;
  private final boolean passesOverKnown;
  private final List<ResponsesItem> output = new ArrayList<>();
  private String type = "";
  private long item;
  private long part;
  private String delta = "";
  private String text = "";
  private @Nullable ResponsesItem object; // the value of "item"
  private @Nullable ErrorBody error;
  private @Nullable ErrorBody flat; // fields of an error that has no "error" around it
  private boolean hasOutput;
  private long sequence = -1;

  ResponsesEvents(ResponsesAnswer answer) {
    this(answer, /* passesOverKnown= */ false);
  }

  /**
   * Reads into the answer.
   *
   * @param passesOverKnown whether an event whose number was read before is none, as of a stream
   *     that is attached to again and begins too early; many servers number all their events alike
   */
  ResponsesEvents(ResponsesAnswer answer, boolean passesOverKnown) {
    this.answer = answer;
    this.passesOverKnown = passesOverKnown;
  }

  /**
   * Reads the event that starts with the parser's next token.
   *
   * @param namedError whether what carries it says that it is an error
   * @return the error in it; null if there is none
   */
  @Nullable ErrorBody event(JsonParser parser, boolean namedError) throws IOException {
    type = "";
    item = 0;
    part = 0;
    delta = "";
    text = "";
    object = null;
    error = null;
    flat = null;
    output.clear();
    long before = sequence;
    long number = fields(parser, /* ofEvent= */ true);
    if (error != null) {
      return error;
    }
    if (namedError || type.equals("error")) {
      return flat == null ? new ErrorBody() : flat;
    }
    if (type.isEmpty() && flat != null && flat.isTelling()) {
      return flat;
    }
    boolean isKnown = passesOverKnown && number >= 0 && number <= before;
    return isKnown ? null : apply();
  }

  /**
   * Reads the whole response that starts with the parser's next token.
   *
   * @return the error in it; null if there is none
   */
  @Nullable ErrorBody whole(JsonParser parser) throws IOException {
    fields(parser, /* ofEvent= */ false);
    if (error != null) {
      return error;
    }
    if (answer.status().equals("failed")) {
      return new ErrorBody();
    }
    if (!hasOutput && flat != null && flat.isTelling()) {
      return flat;
    }
    tellOutput();
    return null;
  }

  /** Whether the response's output was read, even if there is none in it. */
  boolean hasOutput() {
    return hasOutput;
  }

  /** The number of the last event that was read whole; negative if there was none. */
  long sequence() {
    return sequence;
  }

  /** Reads the object; returns its number, negative if it has none. */
  private long fields(JsonParser parser, boolean ofEvent) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedAnswer("the answer is not a JSON object");
    }
    long number = -1;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      String name = fields.name();
      if (parser.currentToken() == JsonToken.VALUE_NULL) { // "error": null says nothing
        continue;
      }
      if (name.equals("sequence_number")) {
        number = Json.count(parser);
      } else if (ofEvent) {
        ofEvent(name, parser);
      } else {
        ofResponse(name, parser);
      }
    }
    sequence = Math.max(number, sequence);
    return number;
  }

  private void ofEvent(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "type" -> type = parser.getValueAsString("");
      case "output_index" -> item = Math.max(0, Json.count(parser));
      case "content_index", "summary_index" -> part = Math.max(0, Json.count(parser));
      case "delta" -> delta = orEmpty(Json.string(parser));
      case "text", "arguments", "refusal" -> text = orEmpty(Json.string(parser));
      case "item" -> object = ResponsesItem.read(parser);
      case "response" -> response(parser);
      default -> ofError(name, parser);
    }
  }

  private void response(JsonParser parser) throws IOException {
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      String name = fields.name();
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        ofResponse(name, parser);
      }
    }
  }

  /** Fields of a response, which is the whole answer or stands in an event. */
  private void ofResponse(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "id" -> answer.id(Json.string(parser));
      case "model" -> answer.model(Json.string(parser));
      case "status" -> answer.status(Json.string(parser));
      case "incomplete_details" -> incomplete(parser);
      case "usage" -> {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          answer.usage(ResponsesUsage.read(parser));
        }
      }
      case "output" -> output(parser);
      default -> ofError(name, parser);
    }
  }

  private void ofError(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "error" -> error = ErrorBody.read(parser);
      case "message", "detail", "code", "status_code" -> {
        flat = flat == null ? new ErrorBody() : flat;
        flat.field(name, parser, 0);
      }
    }
  }

  private void incomplete(JsonParser parser) throws IOException {
    ResponsesItem details = ResponsesItem.read(parser);
    answer.reason(details == null ? null : details.text("reason"));
  }

  private void output(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedAnswer("the output is not an array");
    }
    hasOutput = true;
    output.clear();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      ResponsesItem read = ResponsesItem.read(parser);
      if (read == null) {
        throw new MalformedAnswer("an item of the output is not an object");
      }
      if (output.size() == MAX_ITEMS) {
        throw new MalformedAnswer("the output has more than " + MAX_ITEMS + " items");
      }
      output.add(read);
    }
  }

  private @Nullable ErrorBody apply() throws IOException {
    ResponsesItem read = object;
    switch (type) {
      case "response.output_text.delta" -> answer.text(item, part, delta);
      case "response.output_text.done" -> answer.wholeText(item, part, text);
      case "response.refusal.delta" -> answer.refusal(item, part, delta);
      case "response.refusal.done" -> answer.wholeRefusal(item, part, text);
      case "response.reasoning_text.delta" -> answer.thought(item, part, delta);
      case "response.reasoning_text.done" -> answer.wholeThought(item, part, text);
      case "response.reasoning_summary_text.delta" -> answer.summary(item, part, delta);
      case "response.reasoning_summary_text.done" -> answer.wholeSummary(item, part, text);
      case "response.function_call_arguments.delta" -> answer.arguments(item, delta);
      case "response.function_call_arguments.done" -> answer.wholeArguments(item, text);
      case "response.output_item.added" -> {
        if (read != null) {
          answer.begin(item, read);
        }
      }
      case "response.output_item.done" -> {
        if (read != null) {
          answer.done(item, read);
        }
      }
      case "response.completed", "response.incomplete" -> {
        if (answer.status().equals("failed")) {
          return new ErrorBody();
        }
        tellOutput();
        if (!answer.status().equals("incomplete")) { // vLLM calls that completed, too
          answer.status(type.substring("response.".length()));
        }
        answer.end();
      }
      case "response.failed" -> {
        return new ErrorBody();
      }
      default -> {
        // what the vendor's own tools do, and that the response was queued or begun
      }
    }
    return null;
  }

  private void tellOutput() throws IOException {
    for (int at = 0; at < output.size(); at++) {
      answer.done(at, output.get(at));
    }
    output.clear();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
