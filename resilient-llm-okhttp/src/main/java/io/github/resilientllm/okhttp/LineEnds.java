package io.github.resilientllm.okhttp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The search for the end of a line, eight bytes at a time: byte by byte it took a seventh of the
 * time that it takes to read a stream.
 */
final class LineEnds {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long LINE_FEEDS = ONES * '\n';
  private static final long CARRIAGE_RETURNS = ONES * '\r';

  private LineEnds() {}

  /** Where the first CR or LF stands; {@code to} if there is none. */
  static int first(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) WORD.get(bytes, i);
      long found = zeros(word ^ LINE_FEEDS) | zeros(word ^ CARRIAGE_RETURNS);
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
      i++;
    }
    return i;
  }

  /**
   * The top bit of each byte that is zero. A borrow can mark a byte above a zero wrongly, never one
   * below, and only the lowest mark is used.
   */
  private static long zeros(long word) {
    return (word - ONES) & ~word & (ONES << 7);
  }
}
