package io.github.resilientllm.okhttp.internal.stream;

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
  private static final long TOP_BITS = ONES << 7;
  private static final long ABOVE_BOTH = ONES * ('\r' + 1);

  private LineEnds() {}

  /** Where the first CR or LF stands; {@code to} if there is none. */
  static int first(byte[] bytes, int from, int to) {
    int i = from;
    while (i <= to - Long.BYTES) {
      long word = (long) WORD.get(bytes, i);
      // The top bit of each byte that is not above CR. A borrow can mark a byte above such a one
      // wrongly, never one below, and only the lowest mark is used.
      long low = (word - ABOVE_BOTH) & ~word & TOP_BITS;
      if (low == 0) {
        i += Long.BYTES;
        continue;
      }
      i += Long.numberOfTrailingZeros(low) / Byte.SIZE;
      if (isEnd(bytes[i])) {
        return i;
      }
      i++; // some other control character, of which JSON has few
    }
    while (i < to && !isEnd(bytes[i])) {
      i++;
    }
    return i;
  }

  private static boolean isEnd(byte character) {
    return character == '\n' || character == '\r';
  }
}
