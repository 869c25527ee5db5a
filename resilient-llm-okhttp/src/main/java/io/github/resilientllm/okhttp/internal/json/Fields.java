package io.github.resilientllm.okhttp.internal.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * The fields of a JSON object, one after the other; the parser stands on the value of each. What
 * nobody reads of a value is passed over. One thread.
 */
public final class Fields {
  private final JsonParser parser;
  private String name = "";
  private boolean hasBegun;

  private Fields(JsonParser parser) {
    this.parser = parser;
  }

  /** Those of the value that the parser stands on; none if that is no object. */
  public static Fields of(JsonParser parser) {
    return new Fields(parser);
  }

  /** Goes to the next one; false if there is none. */
  public boolean next() throws IOException {
    boolean isObject = hasBegun || parser.currentToken() == JsonToken.START_OBJECT;
    if (!isObject || (hasBegun && parser.currentToken().isStructStart())) {
      parser.skipChildren();
    }
    hasBegun = true;
    String next = isObject ? parser.nextFieldName() : null;
    if (next == null) {
      return false;
    }
    name = next;
    parser.nextToken();
    return true;
  }

  /** The name of the field that {@link #next()} went to. */
  public String name() {
    return name;
  }
}
