package io.github.resilientllm.test.vendor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The frames of AWS's event stream, in which Bedrock's events come, and their text: an event's name
 * and its JSON on two lines, as in server-sent events. From <a
 * href="https://smithy.io/2.0/aws/amazon-eventstream.html">Smithy's description</a>; of header
 * values only strings are read, others have no place in a frame of Bedrock's.
 */
final class EventFrames {
  static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

  /** Of one frame; Bedrock's own bound. */
  private static final int MOST_BYTES = 16 << 20;

  private static final int PRELUDE = 12; // two lengths and their checksum
  private static final int CHECKSUM = 4;
  private static final byte STRING = 7; // the type of a header's value

  /** A kind of message, the header that names it, and the field of its text. */
  private enum Message {
    EVENT(":event-type"),
    EXCEPTION(":exception-type"),
    ERROR(":error-code");

    private final String header;

    Message(String header) {
      this.header = header;
    }

    String type() {
      return switch (this) {
        case EVENT -> "event";
        case EXCEPTION -> "exception";
        case ERROR -> "error";
      };
    }

    byte[] frame(String name, String json) {
      return frameOf(
          json, header, name, ":content-type", "application/json", ":message-type", type());
    }
  }

  private byte[] open = new byte[0]; // the beginning of a frame

  /** A frame of an event. */
  static byte[] event(String name, String json) {
    return Message.EVENT.frame(name, json);
  }

  /** A frame of an exception. */
  static byte[] exception(String name, String json) {
    return Message.EXCEPTION.frame(name, json);
  }

  /**
   * The frames that come to an end with these bytes, as text.
   *
   * @throws IllegalArgumentException if they are no frames
   */
  String add(byte[] bytes) {
    ByteBuffer all = ByteBuffer.allocate(open.length + bytes.length).put(open).put(bytes).rewind();
    StringBuilder text = new StringBuilder();
    while (all.remaining() >= PRELUDE && all.remaining() >= length(all)) {
      text.append(text(all.slice(all.position(), length(all))));
      all.position(all.position() + length(all));
    }
    open = new byte[all.remaining()];
    all.get(open);
    return text.toString();
  }

  /** The frames of such a text. */
  static byte[] of(String text) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    Message message = Message.EVENT;
    String name = "";
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      if (line.startsWith("data:")) {
        frames.writeBytes(message.frame(name, value));
      } else if (colon > 0) {
        message = message(line.substring(0, colon));
        name = value;
      }
    }
    return frames.toByteArray();
  }

  private static Message message(String type) {
    for (Message message : Message.values()) {
      if (message.type().equals(type)) {
        return message;
      }
    }
    throw new IllegalArgumentException("No message of AWS's event streams is called " + type);
  }

  private static int length(ByteBuffer frames) {
    int length = frames.getInt(frames.position());
    if (length < PRELUDE + CHECKSUM || length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "No frame of AWS's event streams has a length of " + length);
    }
    return length;
  }

  private static String text(ByteBuffer frame) {
    int headersEnd = PRELUDE + frame.getInt(Integer.BYTES);
    int end = frame.limit() - CHECKSUM;
    if (headersEnd < PRELUDE || headersEnd > end || frame.getInt(end) != checksum(frame, end)) {
      throw new IllegalArgumentException("A frame of AWS's event streams has a wrong checksum");
    }
    Map<String, String> headers = headers(frame.slice(PRELUDE, headersEnd - PRELUDE));
    Message message = message(headers.getOrDefault(":message-type", ""));
    String name = headers.getOrDefault(message.header, "");
    String json = string(frame.slice(headersEnd, end - headersEnd), end - headersEnd);
    return message.type() + ": " + name + "\ndata: " + json.replaceAll("[\r\n]", " ") + "\n\n";
  }

  private static Map<String, String> headers(ByteBuffer bytes) {
    Map<String, String> headers = new LinkedHashMap<>();
    while (bytes.remaining() > 1) {
      String name = string(bytes, Byte.toUnsignedInt(bytes.get()));
      byte type = bytes.get();
      if (type != STRING) {
        throw new IllegalArgumentException(
            "The header " + name + " of a frame is no string, but of type " + type);
      }
      headers.put(name, string(bytes, Short.toUnsignedInt(bytes.getShort())));
    }
    return headers;
  }

  private static String string(ByteBuffer bytes, int length) {
    byte[] string = new byte[length];
    bytes.get(string);
    return new String(string, UTF_8);
  }

  private static byte[] frameOf(String json, String... namesAndValues) {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      byte[] name = namesAndValues[i].getBytes(UTF_8);
      byte[] value = namesAndValues[i + 1].getBytes(UTF_8);
      headers.write(name.length);
      headers.writeBytes(name);
      headers.write(STRING);
      headers.write(value.length >> 8);
      headers.write(value.length);
      headers.writeBytes(value);
    }
    byte[] payload = json.getBytes(UTF_8);
    int length = PRELUDE + headers.size() + payload.length + CHECKSUM;
    ByteBuffer frame = ByteBuffer.allocate(length).putInt(length).putInt(headers.size());
    frame.putInt(checksum(frame, frame.position())).put(headers.toByteArray()).put(payload);
    return frame.putInt(checksum(frame, frame.position())).array();
  }

  private static int checksum(ByteBuffer frame, int end) {
    CRC32 crc = new CRC32();
    crc.update(frame.duplicate().position(0).limit(end));
    return (int) crc.getValue();
  }
}
