package io.github.resilientllm.okhttp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A long text as it stands in a JSON string: in UTF-8, escaped. Most of a text needs no escape, so
 * the runs between them are found eight bytes at a time and copied whole. One thread; each text
 * takes the place of the one before.
 */
final class EscapedText {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_ESCAPE = 6;

  private byte[] room = {}; // of ours, for as many texts as there are
  private byte[] bytes = room;
  private int length;

  /**
   * Takes a text over.
   *
   * @param utf8 the text; if it needs no escape it is kept and must not change
   */
  void set(byte[] utf8) {
    int at = ByteSearch.escape(utf8, 0, utf8.length);
    if (at == utf8.length) {
      bytes = utf8;
      length = utf8.length;
      return;
    }
    length = 0;
    int from = 0;
    while (at < utf8.length) {
      append(utf8, from, at, LONGEST_ESCAPE);
      escape(utf8[at]);
      from = at + 1;
      at = ByteSearch.escape(utf8, from, utf8.length);
    }
    append(utf8, from, utf8.length, 0);
    bytes = room;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  private void append(byte[] from, int start, int end, int more) {
    int run = end - start;
    if (room.length - length < run + more) {
      room = Arrays.copyOf(room, Math.max(room.length * 2, length + run + more));
    }
    System.arraycopy(from, start, room, length, run);
    length += run;
  }

  private void escape(byte what) {
    room[length++] = '\\';
    switch (what) {
      case '"', '\\' -> room[length++] = what;
      case '\n' -> room[length++] = 'n';
      case '\r' -> room[length++] = 'r';
      case '\t' -> room[length++] = 't';
      case '\b' -> room[length++] = 'b';
      case '\f' -> room[length++] = 'f';
      default -> {
        room[length++] = 'u';
        room[length++] = '0';
        room[length++] = '0';
        room[length++] = HEX[what >> 4];
        room[length++] = HEX[what & 0xf];
      }
    }
  }
}
