package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.internal.journal.line.Line;
import io.github.resilientllm.internal.journal.line.LineDecoder;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a part of a file into lines, whatever is in it: a line longer than the bound is passed
 * over and only its place is told.
 */
public final class LineReader {
  private static final int INITIAL_BUFFER = 128 << 10;

  // The search for the ends of lines takes eight bytes at once: it would be a quarter of the work.
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long LINE_FEEDS = '\n' * ONES;

  private final DiskFile file;
  private final long limit;
  private final int maxLine;
  private byte[] buffer;
  private int from; // of the present line, in the buffer
  private int to; // behind its last byte, without the line feed
  private int filled; // how much of the buffer is
  private long position; // in the file, of the buffer's first byte
  private long offset; // in the file, of the present line
  private long next; // in the file, of the line after it
  private boolean whole; // ended, and not too long
  private boolean tooLong;

  /** Reads from one offset up to, but not including, another. */
  public LineReader(DiskFile file, long from, long limit, int maxLine) {
    this(file, from, limit, maxLine, INITIAL_BUFFER);
  }

  /** The same, at first with room for so many bytes. */
  public LineReader(DiskFile file, long from, long limit, int maxLine, int buffer) {
    this.file = file;
    this.limit = limit;
    this.maxLine = maxLine;
    this.position = from;
    this.next = from;
    this.buffer = new byte[(int) Math.max(16, Math.min(buffer, limit - from))];
  }

  /** Whether a part of a file is at most one line, and that without its end. */
  public static boolean hasNoLineFeed(DiskFile file, long from, long to) throws IOException {
    ByteBuffer block = ByteBuffer.allocate((int) Math.min(INITIAL_BUFFER, Math.max(1, to - from)));
    long at = from;
    while (at < to && file.read(block.clear(), at) > 0) {
      for (int i = 0; i < block.position(); i++) {
        if (block.get(i) == '\n') {
          return false;
        }
      }
      at += block.position();
    }
    return true;
  }

  /** Goes on to the next line; false at the end. */
  public boolean advance() throws IOException {
    offset = next;
    from = (int) (next - position);
    whole = false;
    tooLong = false;
    int searched = from;
    while (true) {
      int end = lineFeed(searched);
      if (end >= 0) {
        to = end;
        next = position + end + 1;
        tooLong = end - from > maxLine;
        whole = !tooLong;
        return true;
      }
      searched = filled;
      if (filled - from > maxLine) {
        return skip();
      }
      int moved = makeRoom();
      if (!fill()) {
        to = filled;
        next = position + filled;
        return to > from;
      }
      searched -= moved;
    }
  }

  private int lineFeed(int start) {
    byte[] bytes = buffer;
    int end = filled;
    int i = start;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long zeroAtLineFeed = (long) LONGS.get(bytes, i) ^ LINE_FEEDS;
      long found = (zeroAtLineFeed - ONES) & ~zeroAtLineFeed & (ONES << 7); // the lowest is right
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    for (; i < end; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Moves the present line to the front, or doubles the buffer if it is there. */
  private int makeRoom() {
    if (from == 0) {
      if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, (int) Math.min(buffer.length * 2L, maxLine + 2L));
      }
      return 0;
    }
    int moved = from;
    System.arraycopy(buffer, from, buffer, 0, filled - from);
    filled -= moved;
    position += moved;
    from = 0;
    return moved;
  }

  /** Reads more behind what there is; false if there is no more. */
  private boolean fill() throws IOException {
    long room = Math.min(buffer.length - filled, limit - position - filled);
    if (room <= 0) {
      return false;
    }
    int read = file.read(ByteBuffer.wrap(buffer, filled, (int) room), position + filled);
    if (read <= 0) {
      return false;
    }
    filled += read;
    return true;
  }

  /** Passes over the rest of a line that is too long. */
  private boolean skip() throws IOException {
    tooLong = true;
    while (true) {
      position += filled;
      filled = 0;
      from = 0;
      to = 0;
      if (!fill()) {
        next = position;
        return true;
      }
      int end = lineFeed(0);
      if (end >= 0) {
        next = position + end + 1;
        return true;
      }
    }
  }

  /** Where the present line begins in the file. */
  public long offset() {
    return offset;
  }

  /** Where the line after it begins. */
  public long next() {
    return next;
  }

  /** Whether the present line is longer than the bound. */
  public boolean isTooLong() {
    return tooLong;
  }

  /** The present line by a decoder; null if it is none. */
  public @Nullable Line decode(LineDecoder decoder) {
    return whole ? decoder.decode(buffer, from, to) : null;
  }
}
