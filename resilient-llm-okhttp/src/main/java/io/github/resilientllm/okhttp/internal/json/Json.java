package io.github.resilientllm.okhttp.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;

/** The JSON reading and writing that more than one class needs. */
public final class Json {
  /** Jackson's own limits stand: 1000 levels, 20 million characters in a string. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder().recyclerPool(new JsonBuffers.Shared()).build();

  /** The same for readers that are open for long. */
  public static final JsonFactory OF_STREAMS =
      JsonFactory.builder().recyclerPool(new JsonBuffers.OfEach()).build();

  private static final int MAX_WORD = 64; // of a vendor's, and of an amount

  private Json() {}

  /** The text of the current value; null if it is not a string. */
  public static @Nullable String string(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    parser.skipChildren();
    return null;
  }

  /** Whether the current value is this string. */
  public static boolean is(JsonParser parser, String expected) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      parser.skipChildren();
      return false;
    }
    return parser.getTextLength() == expected.length()
        && expected.contentEquals(
            CharBuffer.wrap(
                parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength()));
  }

  /** The current value as a number of 0 or more; -1 if it is none. */
  public static long count(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      parser.skipChildren();
      return -1;
    }
    JsonParser.NumberType type = parser.getNumberType();
    return type == JsonParser.NumberType.BIG_INTEGER ? -1 : parser.getLongValue();
  }

  /** The current value as JSON text. */
  public static String raw(JsonParser parser) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator copy = FACTORY.createGenerator(text)) {
      copy.copyCurrentStructure(parser);
    }
    return text.toString();
  }

  /** Whether a text is exactly one JSON object. */
  public static boolean isObject(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** What stands between the brackets of a JSON array; empty if the text is none. */
  public static String elements(String array) {
    try (JsonParser parser = FACTORY.createParser(array)) {
      boolean isArray = parser.nextToken() == JsonToken.START_ARRAY;
      parser.skipChildren();
      String text = array.strip();
      return isArray && parser.nextToken() == null ? text.substring(1, text.length() - 1) : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** The word that the parser stands on, such as a tier; empty if it is none or a long text. */
  public static String word(JsonParser parser) throws IOException {
    String text = string(parser);
    return text == null || text.length() > MAX_WORD ? "" : text;
  }

  /** The amount that the parser stands on; null if it is none, or one that nobody would pay. */
  public static @Nullable BigDecimal amount(JsonParser parser) throws IOException {
    if (!parser.currentToken().isNumeric() || parser.getTextLength() > MAX_WORD) {
      parser.skipChildren();
      return null;
    }
    BigDecimal amount = decimal(parser);
    boolean isReal =
        amount != null
            && amount.signum() >= 0
            && Math.abs(amount.scale()) <= MAX_WORD; // 1e999999999 has two bytes
    return isReal ? amount : null;
  }

  /** The number that the parser stands on; null if its exponent is larger than any can be. */
  static @Nullable BigDecimal decimal(JsonParser parser) throws IOException {
    try {
      return parser.getDecimalValue();
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
