package io.github.resilientllm.okhttp.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import okio.Buffer;
import okio.ByteString;

/** A request's body while it is written: one JSON object in memory. Used by one thread. */
public final class JsonBody {

  /** What writes the fields of the object. */
  public interface Content {
    void write(JsonBody body) throws IOException;
  }

  private static final int COPIED = 8 << 10; // what Okio keeps in one piece

  private final Buffer out = new Buffer();
  private final WholeCharacters json;
  private final List<String> written = new ArrayList<>(); // a dozen at most, so no set

  private JsonBody() throws IOException {
    json = new WholeCharacters(out);
  }

  /**
   * The whole body, so that its length is known before it is sent.
   *
   * @throws ProviderException of kind {@code INVALID_REQUEST} if the request holds what JSON cannot
   */
  public static ByteString write(String vendor, Content fields) throws ProviderException {
    try {
      JsonBody body = new JsonBody();
      try (JsonGenerator json = body.json) {
        json.writeStartObject();
        fields.write(body);
        json.writeEndObject();
      }
      return immutable(body.out);
    } catch (UnwritableRequest e) {
      throw new ProviderException(ErrorKind.INVALID_REQUEST, vendor + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot be: memory does not fail
    }
  }

  /** A short body is copied, so that its memory goes back to Okio; a long one is not. */
  private static ByteString immutable(Buffer body) {
    return body.size() <= COPIED ? body.readByteString() : body.snapshot();
  }

  /** What writes the JSON; the body's object is open. */
  public JsonGenerator json() {
    return json;
  }

  /** Starts a field of the body itself, which vendor options may then not repeat. */
  public void name(String field) throws IOException {
    written.add(field);
    json.writeFieldName(field);
  }

  /** Writes strings, numbers, booleans, lists and maps of those. */
  public void value(String field, Object value) throws IOException {
    if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Number number) {
      number(field, number);
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object item : list) {
        value(field, item);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(String.valueOf(entry.getKey()));
        value(field, entry.getValue());
      }
      json.writeEndObject();
    } else {
      throw new UnwritableRequest("the vendor option \"" + field + "\" holds what JSON has not");
    }
  }

  /** Writes JSON text as it is, once it is known to be an object. */
  public void object(String text, String what) throws IOException {
    if (!Json.isObject(text)) {
      throw new UnwritableRequest(what + " are not one JSON object");
    }
    json.writeRawValue(text);
  }

  /**
   * Writes bytes as base64, straight into the body: a string of them would take several times the
   * room.
   *
   * @param before what stands before them in the same string; nothing that JSON must escape
   */
  public void base64(String before, byte[] bytes) throws IOException {
    json.writeRawValue("\"" + before);
    json.flush();
    try (OutputStream base64 = Base64.getEncoder().wrap(out.outputStream())) {
      base64.write(bytes);
    }
    json.writeRaw('"');
  }

  /** Adds the fields that the caller wants in the body of this vendor. */
  public void vendorOptions(Map<String, Object> options) throws IOException {
    for (Map.Entry<String, Object> option : options.entrySet()) {
      if (written.contains(option.getKey())) {
        throw new UnwritableRequest(
            "the vendor option \"" + option.getKey() + "\" repeats a field of the request");
      }
      name(option.getKey());
      value(option.getKey(), option.getValue());
    }
  }

  private void number(String field, Number number) throws IOException {
    if (!Double.isFinite(number.doubleValue())
        && (number instanceof Double || number instanceof Float)) {
      throw new UnwritableRequest("the vendor option \"" + field + "\" is not a finite number");
    }
    json.writeNumber(number.toString());
  }
}
