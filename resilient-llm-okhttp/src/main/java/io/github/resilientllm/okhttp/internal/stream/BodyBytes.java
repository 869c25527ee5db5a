package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okio.BufferedSource;
import okio.ByteString;

/** The bytes of an answer, of which there may only be so many: a server can send without end. */
public final class BodyBytes extends InputStream {
  private static final ByteString BYTE_ORDER_MARK = ByteString.decodeHex("efbbbf");

  private final BufferedSource source;
  private final long maxBytes;
  private final Duration grace;
  private long count;
  private boolean ended;

  /**
   * Reads nothing yet.
   *
   * @param grace how long what may follow a complete answer is waited for
   */
  public BodyBytes(BufferedSource source, long maxBytes, Duration grace) {
    this.source = source;
    this.maxBytes = maxBytes;
    this.grace = grace;
  }

  /** Blocks for at least one byte, like every {@code InputStream}, and takes what is there. */
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = source.read(into, offset, length);
    count += Math.max(read, 0);
    ended |= read < 0;
    if (count > maxBytes) {
      throw MalformedAnswer.tooLong("answer", maxBytes);
    }
    return read;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Whether a reader wanted more than there was. */
  public boolean hasEnded() {
    return ended;
  }

  /** From now on there is only the grace for what is still to come. */
  void hurry() {
    source.timeout().deadline(grace.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Whether the first byte that is not white space or a mark begins JSON; it stays in place. What
   * was asked for as a stream may come whole, from a server or gateway that cannot stream.
   *
   * @throws MalformedAnswer if there is none, or it begins HTML
   */
  public boolean beginsJson() throws IOException {
    int first = peek();
    if (first < 0) {
      throw new MalformedAnswer("the answer is empty");
    }
    if (first == '<') {
      throw new MalformedAnswer("the answer is HTML; is there a proxy or a login page in between?");
    }
    return first == '{' || first == '[';
  }

  /**
   * Skips white space, which some servers send to keep the connection open, and a byte order mark,
   * and returns the first other byte without taking it; -1 at the end.
   */
  private int peek() throws IOException {
    while (!source.exhausted()) {
      byte next = source.getBuffer().getByte(0);
      if (next == BYTE_ORDER_MARK.getByte(0) && source.rangeEquals(0, BYTE_ORDER_MARK)) {
        readNBytes(BYTE_ORDER_MARK.size());
        continue;
      }
      if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
        return next & 0xff;
      }
      if (read() < 0) {
        break;
      }
    }
    return -1;
  }
}
