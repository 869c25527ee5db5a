package io.github.resilientllm.okhttp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The data of one event after the other, as the input of a single JSON parser.
 *
 * <p>A parser per event would cost more than the parsing. Instead one parser reads value after
 * value from here, and {@link #advance()} says where the next value begins; asked for more in the
 * middle of a value, this answers that there is no more.
 */
final class EventJson extends InputStream {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final SseReader events;
  private int from;
  private int to;
  private boolean untouched;

  EventJson(SseReader events) {
    this.events = events;
  }

  /**
   * Blocks for the next event with data; false at {@code [DONE]} and at the end.
   *
   * @throws MalformedAnswer if the event before held more than one JSON value
   */
  boolean advance() throws IOException {
    if (untouched || !isBlank()) {
      throw new MalformedAnswer("an event holds more than one JSON value");
    }
    do {
      if (!events.next() || events.dataEquals(DONE)) {
        return false;
      }
      from = events.dataFrom();
      to = events.dataTo();
    } while (isBlank());
    untouched = true;
    return true;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    untouched = false;
    int count = Math.min(length, to - from);
    if (count == 0) {
      return -1;
    }
    System.arraycopy(events.buffer(), from, into, offset, count);
    from += count;
    return count;
  }

  @Override
  public int read() {
    untouched = false;
    return from == to ? -1 : events.buffer()[from++] & 0xff;
  }

  /** Whether nothing but white space is left, with which some vendors pad. */
  private boolean isBlank() {
    for (int i = from; i < to; i++) {
      if (events.buffer()[i] > ' ') {
        return false;
      }
    }
    return true;
  }
}
