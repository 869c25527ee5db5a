package io.github.resilientllm.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection, read one after the other with as few copies as may be, since what
 * they cost here is part of every client's time. One thread.
 */
final class Requests {
  private static final int MAX_HEAD = 16 << 10;
  private static final int MAX_BODY = 4 << 20;
  private static final int END_OF_TEXT = 1_000;
  private static final byte[] END_OF_LINE = ascii("\r\n");
  private static final byte[] END_OF_HEAD = ascii("\r\n\r\n");
  private static final Pattern STREAMING = Pattern.compile("\"stream\"\\s*:\\s*true");

  private final Socket socket;
  private final InputStream in;
  private byte[] buffer = new byte[32 << 10];
  private int next; // the first byte that has not been taken
  private int end;
  private byte[] body = new byte[4096];
  private int bodyLength;

  Requests(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /** Reads one; the first segment of its path, or null if there are no more. */
  @Nullable String read() throws IOException {
    int headEnd = indexOf(END_OF_HEAD);
    while (headEnd < 0) {
      if (end - next > MAX_HEAD || !fill()) {
        return null;
      }
      headEnd = indexOf(END_OF_HEAD);
    }
    String head = new String(buffer, next, headEnd - next, StandardCharsets.ISO_8859_1);
    next = headEnd + END_OF_HEAD.length;
    bodyLength = 0;
    if (valueAt(head, "transfer-encoding:") >= 0) {
      readChunked();
    } else {
      int length = valueAt(head, "content-length:");
      takeBody(length < 0 ? 0 : number(head, length, 10));
    }
    int path = head.indexOf('/') + 1;
    return head.substring(path, head.indexOf('/', path));
  }

  /** Whether the request that was read asks for a stream. */
  boolean isStreaming() {
    return STREAMING.matcher(text()).find();
  }

  /** The number in the {@code call-N} that its last message holds; -1 if there is none. */
  long callNumber() {
    String text = text();
    int at = text.lastIndexOf("call-");
    return at < 0 ? -1 : number(text, at + 5, 10);
  }

  /** Whether the client has gone away; what it has sent instead is kept. */
  boolean isGone() throws IOException {
    socket.setSoTimeout(1);
    try {
      return !fill();
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(0);
    }
  }

  /** The ends of the body, where clients put what matters, or all of a short one. */
  private String text() {
    if (bodyLength < 2 * END_OF_TEXT) {
      return new String(body, 0, bodyLength, StandardCharsets.ISO_8859_1);
    }
    return new String(body, 0, END_OF_TEXT, StandardCharsets.ISO_8859_1)
        + new String(body, bodyLength - END_OF_TEXT, END_OF_TEXT, StandardCharsets.ISO_8859_1);
  }

  private void readChunked() throws IOException {
    int size = number(line(), 0, 16);
    while (size > 0) {
      takeBody(size);
      line();
      size = number(line(), 0, 16);
    }
    line();
  }

  private String line() throws IOException {
    int endOfLine = indexOf(END_OF_LINE);
    while (endOfLine < 0) {
      require(end - next <= MAX_HEAD && fill());
      endOfLine = indexOf(END_OF_LINE);
    }
    String line = new String(buffer, next, endOfLine - next, StandardCharsets.ISO_8859_1);
    next = endOfLine + END_OF_LINE.length;
    return line;
  }

  private void takeBody(int length) throws IOException {
    if (length > MAX_BODY - bodyLength) {
      throw new IOException("a body has at most " + MAX_BODY + " bytes");
    }
    if (bodyLength + length > body.length) {
      body = Arrays.copyOf(body, Math.max(bodyLength + length, body.length * 2));
    }
    int here = Math.min(length, end - next);
    System.arraycopy(buffer, next, body, bodyLength, here);
    next += here;
    require(in.readNBytes(body, bodyLength + here, length - here) == length - here);
    bodyLength += length;
  }

  /** Reads what is there, at least a byte; false at the end. */
  private boolean fill() throws IOException {
    if (next > 0) {
      System.arraycopy(buffer, next, buffer, 0, end - next);
      end -= next;
      next = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, end * 2);
    }
    int count = in.read(buffer, end, buffer.length - end);
    end += Math.max(count, 0);
    return count > 0;
  }

  private int indexOf(byte[] wanted) {
    for (int i = next; i + wanted.length <= end; i++) {
      if (Arrays.equals(buffer, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  /** Where a header's value begins; -1 without it. */
  private static int valueAt(String head, String lowerCase) {
    for (int at = head.indexOf('\n') + 1; at > 0; at = head.indexOf('\n', at) + 1) {
      if (head.regionMatches(true, at, lowerCase, 0, lowerCase.length())) {
        return at + lowerCase.length();
      }
    }
    return -1;
  }

  /** The number that begins here, after spaces. */
  private static int number(String text, int from, int radix) {
    int number = 0;
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    for (; at < text.length() && Character.digit(text.charAt(at), radix) >= 0; at++) {
      number = number * radix + Character.digit(text.charAt(at), radix);
    }
    return number;
  }

  private static void require(boolean whole) throws IOException {
    if (!whole) {
      throw new IOException("the body was cut");
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
