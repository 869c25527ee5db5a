package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The frames of AWS's binary event stream, {@code application/vnd.amazon.eventstream}.
 *
 * <p>A frame is a prelude of 12 bytes (the frame's length, the headers' length, their CRC),
 * headers, a payload, and the CRC of all before it; numbers are big-endian. Nothing of a frame is
 * handed out before both of its checksums have been found right. The payload is read in place: it
 * is a range of {@link #buffer()} that holds until the next call of {@link #next()}.
 */
public final class EventStreamReader implements EventSource {
  static final int MAX_HEADERS = 128 << 10; // what AWS's own clients accept
  static final int MAX_PAYLOAD = 4 << 20; // as of an SSE event; usual ones have some 100 bytes

  private static final int PRELUDE = 12;
  private static final int CHECKED_PRELUDE = 8; // without its CRC
  private static final int CHECKSUM = 4;
  private static final int FIRST_SIZE = 8 << 10; // some 40 usual frames

  private final InputStream in;
  private final CRC32 crc = new CRC32();
  private byte[] buffer = new byte[FIRST_SIZE];
  private int position; // where the next frame starts
  private int limit; // where the bytes read end
  private int payloadFrom;
  private int payloadTo;
  private EventHeaders headers = EventHeaders.NONE;

  public EventStreamReader(InputStream in) {
    this.in = in;
  }

  /**
   * Blocks for the next frame; false if the stream ended, be it between two frames or in the midst
   * of one, which {@link #isAtBoundary()} tells.
   *
   * @throws MalformedAnswer if it is no frame, is too long, or a checksum is wrong
   */
  @Override
  public boolean next() throws IOException {
    if (!fill(PRELUDE)) {
      return false;
    }
    if (crcOf(position, CHECKED_PRELUDE) != number(position + CHECKED_PRELUDE)) {
      throw new MalformedAnswer("the checksum of a frame's beginning is wrong");
    }
    int length = lengthOf("frame", position, MAX_PAYLOAD + MAX_HEADERS + PRELUDE + CHECKSUM);
    int headersLength = lengthOf("header block of a frame", position + 4, MAX_HEADERS);
    int payloadLength = length - headersLength - PRELUDE - CHECKSUM;
    if (payloadLength < 0) {
      throw new MalformedAnswer("a frame is shorter than its own headers");
    }
    if (payloadLength > MAX_PAYLOAD) {
      throw MalformedAnswer.tooLong("payload of a frame", MAX_PAYLOAD);
    }
    if (!fill(length)) {
      return false;
    }
    int end = position + length - CHECKSUM;
    if (crcOf(position, length - CHECKSUM) != number(end)) {
      throw new MalformedAnswer("the checksum of a frame is wrong");
    }
    payloadFrom = end - payloadLength;
    payloadTo = end;
    headers = EventHeaders.read(buffer, position + PRELUDE, payloadFrom);
    position += length;
    return true;
  }

  /** Never: of a frame, only the whole is handed out. */
  @Override
  public boolean isUnfinished() {
    return false;
  }

  @Override
  public void end() {
    // nothing but memory is held
  }

  /** Whether no part of a further frame has been read. */
  public boolean isAtBoundary() {
    return position == limit;
  }

  /** The headers of the frame. */
  public EventHeaders headers() {
    return headers;
  }

  public byte[] buffer() {
    return buffer;
  }

  /** Where the frame's payload starts in {@link #buffer()}. */
  public int payloadFrom() {
    return payloadFrom;
  }

  /** Where it ends. */
  public int payloadTo() {
    return payloadTo;
  }

  /**
   * Reads until so many bytes of the frame are there; false if the stream ends before. The buffer
   * grows with what has come, not with what a frame says of itself.
   */
  private boolean fill(int length) throws IOException {
    while (limit - position < length) {
      if (limit == buffer.length) {
        makeRoom();
      }
      int read = in.read(buffer, limit, buffer.length - limit);
      if (read < 0) {
        return false;
      }
      limit += read;
    }
    return true;
  }

  private void makeRoom() {
    if (position == 0) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
      return;
    }
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
  }

  private int lengthOf(String what, int at, int max) throws MalformedAnswer {
    int length = number(at);
    if (length < 0 || length > max) { // negative: above 2 GiB
      throw MalformedAnswer.tooLong(what, max);
    }
    return length;
  }

  private int number(int at) {
    return EventHeaders.number(buffer, at, 4);
  }

  private int crcOf(int from, int length) {
    crc.reset();
    crc.update(buffer, from, length);
    return (int) crc.getValue();
  }
}
