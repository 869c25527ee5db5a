package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The data of one event after the other, as the input of a single JSON parser.
 *
 * <p>A parser per event would cost more than the parsing. Instead one parser reads value after
 * value from here, and {@link #advance()} says where the next value begins; asked for more in the
 * middle of a value, this answers that there is no more.
 */
final class EventJson extends InputStream {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  private final SseReader events;
  private int from;
  private int to;
  private boolean untouched;
  private long given; // bytes, of all events
  private long givenBefore; // this event
  private byte[] beginning = NOTHING; // of the event before, if it is known
  private int comma; // before its last member

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
    passBeginning();
    untouched = true;
    givenBefore = given;
    return true;
  }

  /**
   * Has the next event read without its beginning if it begins like this one: of OpenAI's chunks
   * half says of the stream what the one before said.
   *
   * <p>To be called before {@link #advance()}, if nothing in the beginning would have an effect
   * when it is read again.
   *
   * @param offset where the beginning ends, in all that was given: at the value of a member of the
   *     event's object that is not the first and has no comma in its name
   */
  void know(long offset) {
    if (untouched) {
      return; // the value read was a second one of the event before, as advance() will say
    }
    int start = events.dataFrom();
    beginning = Arrays.copyOfRange(events.buffer(), start, start + (int) (offset - givenBefore));
    comma = beginning.length - 1;
    while (beginning[comma] != ',') {
      comma--;
    }
  }

  /** What is left of the event is an object as well, with a brace where the comma was. */
  private void passBeginning() {
    int end = from + beginning.length;
    if (end > to || !Arrays.equals(events.buffer(), from, end, beginning, 0, beginning.length)) {
      beginning = NOTHING;
    } else if (beginning.length > 0) {
      from += comma;
      events.buffer()[from] = '{';
    }
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
    given += count;
    return count;
  }

  @Override
  public int read() {
    untouched = false;
    if (from == to) {
      return -1;
    }
    given++;
    return events.buffer()[from++] & 0xff;
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
