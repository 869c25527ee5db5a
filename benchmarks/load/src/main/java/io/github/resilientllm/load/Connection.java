package io.github.resilientllm.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One connection to a vendor: requests are read and answered in turn. One thread. */
final class Connection implements Runnable {
  private static final int MAX_HEAD = 16 << 10;
  private static final int MAX_BODY = 4 << 20;
  private static final int BATCH = 16; // chunks without a gap that leave in one write
  private static final Pattern STREAMING = Pattern.compile("\"stream\"\\s*:\\s*true");
  private static final long LONGEST_STALL = 30_000_000_000L;

  private final Socket socket;
  private final Ledger ledger;
  private final SplittableRandom random;
  private final InputStream in;
  private final OutputStream out;
  private byte[] body = new byte[4096];
  private int bodyLength;

  Connection(Socket socket, Ledger ledger, SplittableRandom random) throws IOException {
    this.socket = socket;
    this.ledger = ledger;
    this.random = random;
    this.in = new BufferedInputStream(socket.getInputStream(), 32 << 10);
    this.out = socket.getOutputStream();
    socket.setTcpNoDelay(true);
  }

  @Override
  public void run() {
    try (socket) {
      String distribution = readRequest();
      while (distribution != null && answer(distribution)) {
        distribution = readRequest();
      }
    } catch (IOException e) {
      ledger.cancelled(); // it went away while it was read from or written to
    }
  }

  /** Answers; false if the connection is over. */
  private boolean answer(String distribution) throws IOException {
    long call = callNumber();
    Behaviour behaviour = Behaviour.draw(distribution, random);
    if (ledger.arrived(call, System.nanoTime())) {
      out.write(Answers.SERVER_ERROR);
      return true;
    }
    park((long) (behaviour.latencyMillis() * 1e6));
    if (behaviour.latencyMillis() >= 1 && isGone()) {
      ledger.cancelled();
      return false;
    }
    switch (behaviour.fault()) {
      case SERVER_ERROR -> {
        out.write(Answers.SERVER_ERROR);
        return true;
      }
      case RATE_LIMIT -> {
        ledger.refused(call, System.nanoTime() + 1_000_000_000L);
        out.write(Answers.RATE_LIMIT);
        return true;
      }
      case RESET -> {
        socket.setSoLinger(true, 0);
        return false;
      }
      default -> {
        return isStreaming() ? stream(behaviour) : whole(behaviour);
      }
    }
  }

  private boolean whole(Behaviour behaviour) throws IOException {
    byte[] answer = Answers.whole(behaviour.chunks());
    boolean complete = behaviour.fault() == Behaviour.Fault.NONE;
    out.write(answer, 0, complete ? answer.length : answer.length / 2);
    return complete;
  }

  private boolean stream(Behaviour behaviour) throws IOException {
    boolean complete = behaviour.fault() == Behaviour.Fault.NONE;
    int chunks = complete ? behaviour.chunks() : behaviour.chunks() / 2;
    out.write(Answers.STREAM_HEAD);
    byte[] batch = new byte[Answers.CHUNK.length * BATCH];
    int batched = 0;
    for (int i = 0; i < chunks; i++) {
      System.arraycopy(Answers.CHUNK, 0, batch, batched, Answers.CHUNK.length);
      batched += Answers.CHUNK.length;
      if (i == 0 || batched == batch.length || behaviour.gapMillis() > 0 || i == chunks - 1) {
        out.write(batch, 0, batched);
        batched = 0;
      }
      park(behaviour.gapMillis() * 1_000_000L);
    }
    switch (behaviour.fault()) {
      case CUT -> {
        return false;
      }
      case STALL -> {
        stall();
        return false;
      }
      case ERROR_EVENT -> out.write(Answers.ERROR_EVENT);
      case NO_FINISH -> {}
      default -> out.write(Answers.FINISH);
    }
    out.write(Answers.END_OF_BODY);
    return true;
  }

  /** Says nothing more until the client goes. */
  private void stall() throws IOException {
    long until = System.nanoTime() + LONGEST_STALL;
    while (System.nanoTime() < until) {
      if (isGone()) {
        ledger.cancelled();
        return;
      }
      park(10_000_000);
    }
  }

  private boolean isGone() throws IOException {
    socket.setSoTimeout(1);
    in.mark(1);
    try {
      if (in.read() < 0) {
        return true;
      }
      in.reset();
      return false;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(0);
    }
  }

  private static void park(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private boolean isStreaming() {
    return STREAMING.matcher(text()).find();
  }

  /** The number in the {@code call-N} that the last message holds; -1 if there is none. */
  private long callNumber() {
    String text = text();
    int at = text.lastIndexOf("call-");
    if (at < 0) {
      return -1;
    }
    long number = 0;
    for (int i = at + 5; i < text.length() && Character.isDigit(text.charAt(i)); i++) {
      number = number * 10 + text.charAt(i) - '0';
    }
    return number;
  }

  /** The end of the body, where clients put what matters, or all of a short one. */
  private String text() {
    if (bodyLength < 2_000) {
      return new String(body, 0, bodyLength, StandardCharsets.ISO_8859_1);
    }
    return new String(body, 0, 500, StandardCharsets.ISO_8859_1)
        + new String(body, bodyLength - 1_000, 1_000, StandardCharsets.ISO_8859_1);
  }

  /** Reads a request into the body; the first segment of its path, or null at the end. */
  private @Nullable String readRequest() throws IOException {
    StringBuilder head = new StringBuilder(400);
    while (head.indexOf("\r\n\r\n", Math.max(head.length() - 4, 0)) < 0) {
      int next = in.read();
      if (next < 0 || head.length() > MAX_HEAD) {
        return null;
      }
      head.append((char) next);
    }
    String text = head.toString();
    if (contains(text, "transfer-encoding: chunked")) {
      readChunked();
    } else {
      readBody(0, contentLength(text));
    }
    int path = text.indexOf('/') + 1;
    return text.substring(path, text.indexOf('/', path));
  }

  private void readChunked() throws IOException {
    bodyLength = 0;
    int size = chunkSize();
    while (size > 0) {
      readBody(bodyLength, size);
      in.skipNBytes(2);
      size = chunkSize();
    }
    in.skipNBytes(2);
  }

  private int chunkSize() throws IOException {
    int size = 0;
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the body was cut");
      }
      int digit = Character.digit(next, 16);
      size = digit < 0 ? size : size * 16 + digit;
    }
    return size;
  }

  private void readBody(int from, int length) throws IOException {
    if (from + length > MAX_BODY) {
      throw new IOException("a body has at most " + MAX_BODY + " bytes");
    }
    if (from + length > body.length) {
      body = Arrays.copyOf(body, Math.max(from + length, body.length * 2));
    }
    if (in.readNBytes(body, from, length) < length) {
      throw new IOException("the body was cut");
    }
    bodyLength = from + length;
  }

  private static int contentLength(String head) {
    int at = indexOf(head, "content-length:");
    int end = head.indexOf('\r', at);
    return at < 0 ? 0 : Integer.parseInt(head.substring(at + 15, end).strip());
  }

  private static boolean contains(String head, String lowerCase) {
    return indexOf(head, lowerCase) >= 0;
  }

  private static int indexOf(String head, String lowerCase) {
    for (int i = 0; i + lowerCase.length() <= head.length(); i++) {
      if (head.regionMatches(true, i, lowerCase, 0, lowerCase.length())) {
        return i;
      }
    }
    return -1;
  }
}
