package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the headers of one frame say of its payload.
 *
 * @param messageType {@code event}, {@code exception} or {@code error}; empty if there is none
 * @param name of the event or exception, or the error's code; empty if there is none
 */
public record EventHeaders(String messageType, String name) {
  static final EventHeaders NONE = new EventHeaders("", "");

  private static final byte[] MESSAGE_TYPE = ascii(":message-type");
  private static final byte[][] NAMES = {
    ascii(":event-type"), ascii(":exception-type"), ascii(":error-code")
  };
  private static final int STRING = 7;

  /** Reads the headers that fill a range of bytes; all but the ones above are passed over. */
  static EventHeaders read(byte[] bytes, int from, int to) throws MalformedAnswer {
    String messageType = "";
    String name = "";
    int at = from;
    while (at < to) {
      int nameFrom = at + 1;
      int typeAt = nameFrom + (bytes[at] & 0xff);
      checkRoom(typeAt, to);
      int type = bytes[typeAt];
      int prefix = type == 6 || type == STRING ? 2 : 0; // these say how long they are
      int valueFrom = typeAt + 1 + prefix;
      checkRoom(valueFrom - 1, to);
      int valueTo = valueFrom + lengthOf(type, bytes, typeAt + 1);
      checkRoom(valueTo - 1, to);
      if (type == STRING && is(MESSAGE_TYPE, bytes, nameFrom, typeAt)) {
        messageType = text(bytes, valueFrom, valueTo);
      } else if (type == STRING && isOneOf(NAMES, bytes, nameFrom, typeAt)) {
        name = text(bytes, valueFrom, valueTo);
      }
      at = valueTo;
    }
    return new EventHeaders(messageType, name);
  }

  /** A big-endian number; with 4 bytes it may come out negative. */
  static int number(byte[] bytes, int at, int length) {
    int number = 0;
    for (int i = at; i < at + length; i++) {
      number = (number << 8) | (bytes[i] & 0xff);
    }
    return number;
  }

  private static int lengthOf(int type, byte[] bytes, int at) throws MalformedAnswer {
    return switch (type) {
      case 0, 1 -> 0; // true and false
      case 2 -> 1;
      case 3 -> 2;
      case 4 -> 4;
      case 5, 8 -> 8; // a long and a time
      case 6, STRING -> number(bytes, at, 2);
      case 9 -> 16; // a UUID
      default -> throw new MalformedAnswer("a frame has a header of the unknown type " + type);
    };
  }

  private static void checkRoom(int last, int to) throws MalformedAnswer {
    if (last >= to) {
      throw new MalformedAnswer("a header is longer than its frame's headers");
    }
  }

  private static boolean isOneOf(byte[][] names, byte[] bytes, int from, int to) {
    for (byte[] name : names) {
      if (is(name, bytes, from, to)) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(byte[] name, byte[] bytes, int from, int to) {
    return Arrays.equals(bytes, from, to, name, 0, name.length);
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
