package io.github.resilientllm.okhttp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The search for bytes that matter, eight at a time: byte by byte, looking for the ends of lines
 * took a seventh of the time that it takes to read a stream, and looking for what must be escaped
 * most of the time that it takes to write a long request.
 */
final class ByteSearch {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = ONES << 7;

  private ByteSearch() {}

  /** Where the first CR or LF stands; {@code to} if there is none. */
  static int lineEnd(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) WORD.get(bytes, i);
      long found = zeros(word ^ ONES * '\n') | zeros(word ^ ONES * '\r');
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
      i++;
    }
    return i;
  }

  /** Where the first byte stands that JSON escapes in a string; {@code to} if there is none. */
  static int escape(byte[] utf8, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) WORD.get(utf8, i);
      long found = zeros(word ^ ONES * '"') | zeros(word ^ ONES * '\\') | below(word, ' ');
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (i < to && utf8[i] != '"' && utf8[i] != '\\' && (utf8[i] < 0 || utf8[i] >= ' ')) {
      i++;
    }
    return i;
  }

  /** Where a byte stands first; {@code to} if it does not. */
  static int first(byte wanted, byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long found = zeros((long) WORD.get(bytes, i) ^ ONES * wanted);
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (i < to && bytes[i] != wanted) {
      i++;
    }
    return i;
  }

  /**
   * The top bit of each byte that is zero. A borrow can mark a byte above a zero wrongly, never one
   * below, and only the lowest mark is used.
   */
  private static long zeros(long word) {
    return below(word, 1);
  }

  /** The same for each byte below a bound of 128 at most, all bytes taken as unsigned. */
  private static long below(long word, int bound) {
    return (word - ONES * bound) & ~word & TOPS;
  }
}
