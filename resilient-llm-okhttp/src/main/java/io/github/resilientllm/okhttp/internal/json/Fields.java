package io.github.resilientllm.okhttp.internal.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * The fields of a JSON object, one after the other; the parser stands on the value of each. What
 * nobody reads of a value is passed over. One thread.
 */
public final class Fields {

  /** What is done with a field. */
  public interface Reader {

    /** Reads the value that the parser stands on. */
    void read(JsonParser parser) throws IOException;
  }

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

  /** Reads the one of this name, if the parser stands on an object that has it. */
  public static void one(JsonParser parser, String name, Reader reader) throws IOException {
    for (Fields fields = of(parser); fields.next(); ) {
      if (fields.name().equals(name)) {
        reader.read(parser);
      }
    }
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
