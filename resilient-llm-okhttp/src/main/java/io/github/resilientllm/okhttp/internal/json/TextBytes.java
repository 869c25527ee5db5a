package io.github.resilientllm.okhttp.internal.json;

import java.util.Arrays;
import okio.Buffer;

/**
 * Writes a text as the inside of a JSON string, in UTF-8, straight into a buffer's own memory: a
 * long history is looked at once and copied once. Half a character becomes U+FFFD. One thread.
 */
final class TextBytes {
  private static final int LONGEST = 6; // an escape, which is longer than any character
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final byte BY_NUMBER = 'u';

  /** For each character of ASCII 0 if it stands for itself, else what follows the backslash. */
  private static final byte[] ESCAPES = escapes();

  private final Buffer out;
  private final Buffer.UnsafeCursor room = new Buffer.UnsafeCursor();
  private int position; // of the text

  TextBytes(Buffer out) {
    this.out = out;
  }

  void write(String text) {
    position = 0;
    out.readAndWriteUnsafe(room);
    try {
      while (position < text.length()) {
        long size = out.size();
        room.expandBuffer(LONGEST);
        int end = fill(text, room.data, room.start, room.end - LONGEST);
        room.resizeBuffer(size + end - room.start);
      }
    } finally {
      room.close();
    }
  }

  /** Fills from an index up to the last at which one more surely fits; returns where it stopped. */
  private int fill(String text, byte[] to, int from, int last) {
    int length = text.length();
    int at = position;
    int end = from;
    while (at < length && end <= last) {
      char c = text.charAt(at++);
      if (c < 0x80) {
        byte escape = ESCAPES[c];
        if (escape == 0) {
          to[end++] = (byte) c;
        } else {
          end = escape(c, escape, to, end);
        }
      } else if (c < 0x800) {
        to[end++] = (byte) (0xC0 | (c >> 6));
        to[end++] = (byte) (0x80 | (c & 0x3F));
      } else if (at < length && Character.isSurrogatePair(c, text.charAt(at))) {
        end = pair(Character.toCodePoint(c, text.charAt(at++)), to, end);
      } else {
        end = three(Character.isSurrogate(c) ? '\uFFFD' : c, to, end);
      }
    }
    position = at;
    return end;
  }

  private static int three(char c, byte[] to, int end) {
    to[end] = (byte) (0xE0 | (c >> 12));
    to[end + 1] = (byte) (0x80 | ((c >> 6) & 0x3F));
    to[end + 2] = (byte) (0x80 | (c & 0x3F));
    return end + 3;
  }

  private static int pair(int character, byte[] to, int end) {
    to[end] = (byte) (0xF0 | (character >> 18));
    to[end + 1] = (byte) (0x80 | ((character >> 12) & 0x3F));
    to[end + 2] = (byte) (0x80 | ((character >> 6) & 0x3F));
    to[end + 3] = (byte) (0x80 | (character & 0x3F));
    return end + 4;
  }

  private static int escape(char c, byte escape, byte[] to, int end) {
    to[end] = '\\';
    to[end + 1] = escape;
    if (escape != BY_NUMBER) {
      return end + 2;
    }
    to[end + 2] = '0';
    to[end + 3] = '0';
    to[end + 4] = HEX[c >> 4];
    to[end + 5] = HEX[c & 0xF];
    return end + 6;
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[0x80];
    Arrays.fill(escapes, 0, ' ', BY_NUMBER);
    escapes['\b'] = 'b';
    escapes['\t'] = 't';
    escapes['\n'] = 'n';
    escapes['\f'] = 'f';
    escapes['\r'] = 'r';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
  }
}
