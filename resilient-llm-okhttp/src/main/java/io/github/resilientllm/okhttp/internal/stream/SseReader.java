package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The events of a server-sent event stream, by the WHATWG standard.
 *
 * <p>Events are read in place: their data is a range of {@link #buffer()} that holds until the next
 * call of {@link #next()}, so an event costs no allocation.
 *
 * <p>One departure from the standard: an event that the stream ends in the middle of is handed out
 * as well, marked {@link #isUnfinished()}, since some servers leave out the last blank line.
 */
public final class SseReader {
  public static final int MAX_LINE =
      24 << 20; // an image of the largest size in Base64 is some 20 MiB
  static final int MAX_EVENT = 24 << 20; // several lines; nobody sends more than one
  static final int MAX_REST = 64 << 10; // an error's JSON has some hundred bytes
  private static final int FIRST_SIZE = 2 << 10; // some usual events; grows with the longest line

  private static final byte[] DATA = {'d', 'a', 't', 'a'};
  private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
  private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};

  private final InputStream in;
  private byte[] buffer = new byte[FIRST_SIZE];
  private int position; // where the next line starts
  private int limit; // where the bytes read end
  private int valueFrom; // of the current line's field
  private boolean skipLineFeed; // the last line ended in CR; an LF that follows belongs to it
  private boolean atStart = true;
  private boolean ended;

  private int dataFrom;
  private int dataTo; // before dataFrom while the event has no data
  private boolean error;
  private boolean unfinished;
  private @Nullable ByteArrayOutputStream rest;

  SseReader(InputStream in) {
    this.in = in;
  }

  /** Blocks for the next event that has data; false at the end of the stream. */
  boolean next() throws IOException {
    error = false;
    noData();
    while (true) {
      int end = readLine();
      if (end < 0) {
        unfinished = hasData();
        return unfinished;
      }
      if (end > valueFrom) {
        field(valueFrom, end);
      } else if (hasData()) {
        return true;
      } else {
        error = false; // a blank line also ends an event without data, which is not one
      }
    }
  }

  byte[] buffer() {
    return buffer;
  }

  /** Where the event's data starts in {@link #buffer()}. */
  int dataFrom() {
    return dataFrom;
  }

  /** Where it ends. */
  int dataTo() {
    return dataTo;
  }

  /** Whether the event's type is {@code error}, the only one an OpenAI-shaped server sets. */
  boolean isError() {
    return error;
  }

  /** Whether the stream ended before the event's blank line; its data may be cut. */
  boolean isUnfinished() {
    return unfinished;
  }

  /**
   * The lines that are JSON and no event, from the first that begins an object or array; empty if
   * there are none. So Gemini tells of a failure in the middle of a stream. What is too long is
   * cut.
   */
  byte[] rest() {
    return rest == null ? new byte[0] : rest.toByteArray();
  }

  boolean dataEquals(byte[] expected) {
    return Arrays.equals(buffer, dataFrom, dataTo, expected, 0, expected.length);
  }

  /** Takes over one line that is not blank. */
  private void field(int from, int end) throws IOException {
    int colon = from;
    while (colon < end && buffer[colon] != ':') {
      colon++;
    }
    int value = Math.min(colon + 1, end);
    if (value < end && buffer[value] == ' ') {
      value++; // exactly one space is no part of the value
    }
    if (isName(from, colon, DATA)) {
      addData(value, end);
    } else if (isName(from, colon, EVENT)) {
      error = isName(value, end, ERROR);
    } else if (rest != null || buffer[from] == '{' || buffer[from] == '[') {
      addRest(from, end);
    } // comments have an empty name; id and retry mean nothing to an answer that cannot be resumed
  }

  private boolean isName(int from, int to, byte[] name) {
    return Arrays.equals(buffer, from, to, name, 0, name.length);
  }

  /**
   * A further data line moves down to the one before: both are in the buffer, field name between.
   */
  private void addData(int from, int to) throws IOException {
    if (!hasData()) {
      dataFrom = from;
      dataTo = to;
      return;
    }
    int length = to - from;
    if (dataTo - dataFrom + length >= MAX_EVENT) {
      throw MalformedAnswer.tooLong("event", MAX_EVENT);
    }
    buffer[dataTo++] = '\n';
    System.arraycopy(buffer, from, buffer, dataTo, length);
    dataTo += length;
  }

  private void addRest(int from, int to) {
    if (rest == null) {
      rest = new ByteArrayOutputStream();
    }
    rest.write(buffer, from, Math.min(to - from, MAX_REST - rest.size()));
  }

  private boolean hasData() {
    return dataTo >= dataFrom;
  }

  private void noData() {
    dataFrom = 0;
    dataTo = -1;
  }

  /** Sets {@link #valueFrom} to the next line's start and returns its end; -1 if there is none. */
  private int readLine() throws IOException {
    int scan = position;
    while (true) {
      if (skipLineFeed && scan < limit) {
        skipLineFeed = false;
        if (buffer[scan] == '\n') {
          position = ++scan;
        }
      }
      scan = LineEnds.first(buffer, scan, limit);
      if (scan < limit) {
        return endLine(scan, buffer[scan] == '\r');
      }
      checkLength(scan);
      scan -= fill();
      if (ended) {
        return lastLine();
      }
    }
  }

  private int endLine(int end, boolean carriageReturn) throws IOException {
    skipLineFeed = carriageReturn;
    startLine(end);
    position = end + 1;
    return end;
  }

  /** At the end, a line without a line end is taken as one unless it is empty. */
  private int lastLine() throws IOException {
    if (position == limit) {
      return -1;
    }
    startLine(limit);
    position = limit;
    return limit;
  }

  private void checkLength(int end) throws IOException {
    if (end - position > MAX_LINE) {
      throw MalformedAnswer.tooLong("line", MAX_LINE);
    }
  }

  private void startLine(int end) throws IOException {
    checkLength(end);
    valueFrom = position;
    boolean mark =
        atStart
            && end - position >= 3
            && buffer[position] == (byte) 0xEF
            && buffer[position + 1] == (byte) 0xBB
            && buffer[position + 2] == (byte) 0xBF;
    if (mark) {
      valueFrom += 3; // the byte order mark
    }
    atStart = false;
  }

  /** Reads more and returns by how much all positions moved down to make room. */
  private int fill() throws IOException {
    int keepFrom = hasData() ? Math.min(dataFrom, position) : position;
    if (limit - keepFrom > MAX_EVENT + MAX_LINE) { // comments inside an event count as well
      throw MalformedAnswer.tooLong("event", MAX_EVENT);
    }
    int moved = 0;
    if (limit == buffer.length || limit == keepFrom) { // nothing to keep costs nothing to move
      moved = keepFrom;
      compact(keepFrom);
    }
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int read = in.read(buffer, limit, buffer.length - limit);
    ended = read < 0;
    limit += Math.max(read, 0);
    return moved;
  }

  private void compact(int keepFrom) {
    System.arraycopy(buffer, keepFrom, buffer, 0, limit - keepFrom);
    position -= keepFrom;
    limit -= keepFrom;
    if (hasData()) {
      dataFrom -= keepFrom;
      dataTo -= keepFrom;
    }
  }
}
