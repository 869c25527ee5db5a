package io.github.resilientllm.postgres.internal.sql;

import java.util.HexFormat;

/**
 * Ids, and other words of users, as the tables have them. PostgreSQL keeps any text but the
 * character NUL and half surrogate pairs: these are written {@code \0} and {@code \d800}, and a
 * backslash twice. No id of 512 characters becomes longer than 2,560 bytes, which an index can
 * hold.
 */
public final class Ids {
  private static final HexFormat HEX = HexFormat.of();
  private static final int DIGITS = 4;

  private Ids() {}

  /** An id as it is stored. */
  public static String encode(String id) {
    if (id.chars().allMatch(Ids::isPlain)) {
      return id;
    }
    StringBuilder text = new StringBuilder(id.length() + 8);
    id.codePoints().forEach(c -> encode(c, text));
    return text.toString();
  }

  private static boolean isPlain(int c) {
    return c != 0 && c != '\\' && !Character.isSurrogate((char) c);
  }

  private static void encode(int c, StringBuilder text) {
    if (c == 0) {
      text.append("\\0");
    } else if (c == '\\') {
      text.append("\\\\");
    } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      text.append('\\').append(HEX.toHexDigits((char) c));
    } else {
      text.appendCodePoint(c);
    }
  }

  /** The id; what is not encoded rightly stands for itself. */
  public static String decode(String text) {
    int at = text.indexOf('\\');
    if (at < 0) {
      return text;
    }
    StringBuilder id = new StringBuilder(text.length());
    int from = 0;
    while (at >= 0 && at + 1 < text.length()) {
      id.append(text, from, at);
      from = decode(text, at, id);
      at = text.indexOf('\\', from);
    }
    return id.append(text, from, text.length()).toString();
  }

  /** Decodes what begins with the backslash; gives where it ends. */
  private static int decode(String text, int at, StringBuilder id) {
    char c = text.charAt(at + 1);
    if (c == '0') {
      id.append('\0');
      return at + 2;
    }
    int end = at + 1 + DIGITS;
    if (c == 'd' && end <= text.length()) {
      id.append((char) HexFormat.fromHexDigits(text, at + 1, end));
      return end;
    }
    id.append(c);
    return at + 2;
  }
}
