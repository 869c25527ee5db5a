package io.github.resilientllm.okhttp.internal.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value of an OpenAI-shaped answer, a chunk of a stream or the whole, straight into
 * an {@link OpenAiAnswer}.
 *
 * <p>No tree is built: only the fields that are used become objects. A chunk and a whole answer
 * differ in one word, {@code delta} or {@code message}, so one reader does for both.
 */
final class OpenAiEvents {
  private final OpenAiAnswer answer;
  private final OpenAiMessage message;
  private @Nullable ErrorBody error; // the value of "error"
  private @Nullable ErrorBody flat; // fields of an error that has no "error" around it
  private boolean hasChoices;
  private boolean saysError;
  private boolean hasUsage;
  private int known; // fields before the one that is read
  private long choicesAt;

  OpenAiEvents(OpenAiAnswer answer) {
    this.answer = answer;
    this.message = new OpenAiMessage(answer);
  }

  /**
   * Reads the value that starts with the parser's next token.
   *
   * @param namedError whether what carries it says that it is an error
   * @return the error in it; null if there is none
   */
  @Nullable ErrorBody read(JsonParser parser, boolean namedError) throws IOException {
    error = null;
    flat = null;
    hasChoices = false;
    saysError = namedError;
    hasUsage = false;
    known = 0;
    choicesAt = -1;
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedAnswer("the answer is not a JSON object");
    }
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      String name = fields.name();
      if (parser.currentToken()
          != JsonToken.VALUE_NULL) { // "error": null and "usage": null say nothing
        field(name, parser);
      }
      known++;
    }
    return error();
  }

  /**
   * Where in the parser's input the choices began, if what came before only described the answer,
   * so that it has no effect when it is read again; negative if it did more or nothing came before.
   */
  long choicesAt() {
    return choicesAt;
  }

  /** Whether the last value read had choices, even if none. */
  boolean hasChoices() {
    return hasChoices;
  }

  private void field(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "choices" -> choices(parser);
      case "usage" -> usage(parser);
      case "x_groq" -> Fields.one(parser, "usage", this::usage); // Groq's streams had it there
      case "id" -> {
        if (answer.wantsId()) {
          answer.id(Json.string(parser));
        }
      }
      case "model" -> {
        if (answer.wantsModel()) {
          answer.model(Json.string(parser));
        }
      }
      case "citations", "search_results" -> answer.sources().all(name, parser);
      case "service_tier" -> answer.serviceTier(Json.word(parser));
      case "error" -> error = ErrorBody.read(parser);
      case "object" -> saysError |= Json.is(parser, "error"); // in every chunk, so no String of it
      case "message", "detail", "type", "code", "status_code" -> {
        saysError |= name.equals("type") && Json.is(parser, "error");
        flat = flat == null ? new ErrorBody() : flat;
        flat.field(name, parser, 0);
      }
    }
  }

  private @Nullable ErrorBody error() {
    if (error != null) {
      return error;
    }
    if (saysError) {
      return flat == null ? new ErrorBody() : flat;
    }
    boolean looksLikeOne = flat != null && !hasChoices && flat.isTelling();
    return looksLikeOne ? flat : null;
  }

  private void choices(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedAnswer("the choices are not an array");
    }
    if (known > 0 && !hasChoices && !hasUsage && flat == null) {
      choicesAt = parser.currentTokenLocation().getByteOffset();
    }
    hasChoices = true;
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      choice(parser);
    }
    if (parser.currentToken() != JsonToken.END_ARRAY) {
      throw new MalformedAnswer("a choice is not an object");
    }
  }

  /**
   * Only the first choice is read. Vendors write the index before the content; one that does not
   * has a single choice.
   */
  private void choice(JsonParser parser) throws IOException {
    long index = 0;
    String reason = null;
    boolean isEmpty = true;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      JsonToken token = parser.currentToken();
      switch (fields.name()) {
        case "index" -> index = Math.max(0, Json.count(parser));
        case "finish_reason" -> {
          reason = Json.string(parser);
          isEmpty &= reason == null;
        }
        case "logprobs" -> {
          if (index == 0) {
            answer.logprobs().read(parser);
          }
        }
        case "error" -> { // OpenRouter's
          if (index == 0 && token != JsonToken.VALUE_NULL) {
            error = ErrorBody.read(parser);
          }
        }
        case "delta", "message" -> {
          isEmpty = false;
          if (index == 0 && token == JsonToken.START_OBJECT) {
            message.read(parser);
          }
        }
      }
    }
    if (!isEmpty) { // a choice of nothing but a filter's findings has not begun
      answer.choice(index, reason);
    }
  }

  private void usage(JsonParser parser) throws IOException {
    hasUsage = true;
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      answer.usage(OpenAiUsage.read(parser));
    }
  }
}
