package io.github.resilientllm.okhttp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Frames of AWS's event stream, sound ones and others, written as AWS's document describes them.
 */
public final class Frames {
  private Frames() {}

  /** An event with a JSON payload; quotes are written as {@code '}. */
  public static byte[] event(String name, String json) {
    return frame(
        headers(":event-type", name, ":content-type", "application/json", ":message-type", "event"),
        payload(json));
  }

  public static byte[] exception(String name, String json) {
    return frame(headers(":exception-type", name, ":message-type", "exception"), payload(json));
  }

  public static byte[] text(String text) {
    return event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'" + text + "'}}");
  }

  public static byte[] stop(String reason) {
    return event("messageStop", "{'stopReason':'" + reason + "'}");
  }

  public static byte[] usage(int input, int output) {
    return event(
        "metadata", "{'usage':{'inputTokens':" + input + ",'outputTokens':" + output + "}}");
  }

  public static byte[] join(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  /** Headers of type string. */
  public static byte[] headers(String... namesAndValues) {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      byte[] value = namesAndValues[i + 1].getBytes(StandardCharsets.UTF_8);
      headers.writeBytes(
          header(
              namesAndValues[i],
              7,
              ByteBuffer.allocate(2 + value.length)
                  .putShort((short) value.length)
                  .put(value)
                  .array()));
    }
    return headers.toByteArray();
  }

  /** A header of any type, whose value is not checked. */
  public static byte[] header(String name, int type, byte... value) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 + bytes.length + value.length)
        .put((byte) bytes.length)
        .put(bytes)
        .put((byte) type)
        .put(value)
        .array();
  }

  public static byte[] frame(byte[] headers, byte[] payload) {
    return frame(12 + headers.length + payload.length + 4, headers.length, headers, payload);
  }

  /** A frame that may lie about its lengths, with checksums that are right all the same. */
  public static byte[] frame(int length, int headersLength, byte[] headers, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(12 + headers.length + payload.length + 4);
    frame.putInt(length).putInt(headersLength);
    frame.putInt(crc(frame)).put(headers).put(payload);
    return frame.putInt(crc(frame)).array();
  }

  private static byte[] payload(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static int crc(ByteBuffer soFar) {
    CRC32 crc = new CRC32();
    crc.update(soFar.duplicate().flip());
    return (int) crc.getValue();
  }
}
