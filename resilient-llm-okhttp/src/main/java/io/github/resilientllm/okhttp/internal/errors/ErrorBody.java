package io.github.resilientllm.okhttp.internal.errors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What an error says, in whatever shape: an object, an array of one, flat or under {@code error},
 * with codes as texts or numbers. The outermost word wins where there are several.
 */
public final class ErrorBody {
  private static final int MAX_DEPTH = 16; // the deepest on record has 5 levels
  private static final int MAX_MESSAGE = 8 << 10; // what is looked for stands at the beginning

  private @Nullable String type;
  private @Nullable String code;
  private @Nullable String innerCode;
  private @Nullable String retryDelay;
  private boolean isInFlightBudget;
  private boolean isDailyQuota;
  private int status;
  private boolean moderated;
  private boolean isForeign;
  private final StringBuilder message = new StringBuilder();

  /** Reads what can be read; a body that is no JSON, or cut, says less or nothing. */
  public static ErrorBody parse(byte[] body) {
    ErrorBody error = new ErrorBody();
    error.isForeign = true;
    try (JsonParser parser = Json.FACTORY.createParser(body)) {
      JsonToken first = parser.nextToken();
      error.isForeign = false;
      if (first != null) { // else it is empty
        error.readValue(parser, 0);
      }
    } catch (IOException e) {
      return error; // what came before the end of the JSON counts
    }
    return error;
  }

  /** Reads the value of an {@code error} field. */
  public static ErrorBody read(JsonParser parser) throws IOException {
    ErrorBody error = new ErrorBody();
    error.readValue(parser, 0);
    return error;
  }

  /** Takes over a name of the error that did not stand in the body; null is none. */
  public void name(@Nullable String fromElsewhere) {
    if (fromElsewhere != null) {
      type = bare(fromElsewhere);
    }
  }

  public @Nullable String type() {
    return type;
  }

  public @Nullable String code() {
    return code;
  }

  /** The code of the cause; null if there is none. */
  @Nullable String innerCode() {
    return innerCode;
  }

  /** The HTTP status that the body names; 0 if none. */
  public int status() {
    return status;
  }

  /** Whether a filter's findings are attached. */
  boolean isModerated() {
    return moderated;
  }

  /** Whether the account's money is only bound for the moment, by calls that still run. */
  boolean isInFlightBudget() {
    return isInFlightBudget;
  }

  /** The delay that Google attaches, such as {@code 34.4s}; null if there is none. */
  @Nullable String retryDelay() {
    return retryDelay;
  }

  /** Whether a quota is used up that is counted by the day, which no wait of a call outlasts. */
  boolean isDailyQuota() {
    return isDailyQuota;
  }

  /**
   * Whether it is no JSON and so none of a vendor's own: HTML or a text of something in between.
   */
  public boolean isForeign() {
    return isForeign;
  }

  /** Whether anything was found. */
  public boolean isEmpty() {
    return message.isEmpty() && type == null && code == null;
  }

  /** Whether there is a message with a type or code, as no other object has it. */
  public boolean isTelling() {
    return !message.isEmpty() && (type != null || code != null);
  }

  /** The vendor's words, for looking into and never for showing: they may quote the prompt. */
  public String message() {
    return message.toString();
  }

  /** Takes over one field; the parser stands on its value. */
  public void field(String name, JsonParser parser, int depth) throws IOException {
    switch (name) {
      case "error", "message", "Message", "originalMessage", "msg", "detail", "raw" ->
          readValue(parser, depth);
      case "type" -> type = first(type, kind(word(parser)));
      case "code", "status_code", "statusCode", "originalStatusCode" ->
          code = first(code, readCode(parser));
      case "status" -> readStatus(parser);
      case "innererror" -> innerCode = readInnerCode(parser);
      case "__type" -> type = first(type, bare(word(parser)));
      case "metadata", "details", "violations" -> readValue(parser, depth);
      case "error_code", "error_type", "errorType" -> innerCode = first(innerCode, word(parser));
      case "reason" -> innerCode = first(innerCode, word(parser));
      case "retryDelay" -> retryDelay = first(retryDelay, word(parser));
      case "limit_source" -> isInFlightBudget |= "openrouter_in_flight_budget".equals(word(parser));
      case "quotaId" -> isDailyQuota |= String.valueOf(word(parser)).contains("PerDay");
      case "reasons", "flagged_input" -> {
        moderated = true;
        parser.skipChildren();
      }
    }
  }

  private void readValue(JsonParser parser, int depth) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING) {
      addMessage(parser.getText());
    } else if (depth >= MAX_DEPTH) {
      parser.skipChildren();
    } else if (token == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
        readValue(parser, depth + 1);
      }
    } else if (token == JsonToken.START_OBJECT) {
      for (Fields fields = Fields.of(parser); fields.next(); ) {
        field(fields.name(), parser, depth + 1);
      }
    }
  }

  /** A number between 400 and 599 is a status, also as text; anything else is a code. */
  private @Nullable String readCode(JsonParser parser) throws IOException {
    String word = word(parser);
    if (word == null) {
      return null;
    }
    boolean isStatus = word.length() == 3 && (word.charAt(0) == '4' || word.charAt(0) == '5');
    if (isStatus && status == 0 && isNumber(word)) {
      status = Integer.parseInt(word);
    }
    return word;
  }

  /** A status in words, as Google has it, is what others call a type. */
  private void readStatus(JsonParser parser) throws IOException {
    String word = readCode(parser);
    if (word != null && isNumber(word)) {
      code = first(code, word);
    } else {
      type = first(type, word);
    }
  }

  private static @Nullable String readInnerCode(JsonParser parser) throws IOException {
    String code = null;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      if (fields.name().equals("code")) {
        code = word(parser);
      }
    }
    return code;
  }

  private void addMessage(String text) {
    int room = MAX_MESSAGE - message.length();
    if (room > 0) {
      message.append(text, 0, Math.min(room, text.length())).append('\n');
    }
  }

  private static @Nullable String word(JsonParser parser) throws IOException {
    if (parser.currentToken().isScalarValue() && parser.currentToken() != JsonToken.VALUE_NULL) {
      return parser.getText();
    }
    parser.skipChildren();
    return null;
  }

  /** AWS puts a namespace before a name, up to a #, or a URL after it, from a colon on. */
  private static @Nullable String bare(@Nullable String name) {
    if (name == null) {
      return null;
    }
    String local = name.substring(name.indexOf('#') + 1);
    int colon = local.indexOf(':');
    return (colon < 0 ? local : local.substring(0, colon)).strip();
  }

  /** Anthropic's outer type is only the word {@code error}; the telling one stands within. */
  private static @Nullable String kind(@Nullable String type) {
    return "error".equals(type) ? null : type;
  }

  private static boolean isNumber(String word) {
    return word.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static @Nullable String first(@Nullable String outer, @Nullable String inner) {
    return outer != null ? outer : inner;
  }
}
