package io.github.resilientllm.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A vendor on the loopback interface that answers every request with the same bytes at once. It
 * reads requests without looking at more than their length, so that next to nothing of what is
 * measured is its own.
 */
final class LoopbackVendor implements AutoCloseable {
  private static final byte[] LENGTH =
      "\r\ncontent-length: ".getBytes(StandardCharsets.US_ASCII); // in lower case
  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;
  private final byte[] response;

  LoopbackVendor(String contentType, byte[] body) throws IOException {
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    response = new byte[headBytes.length + body.length];
    System.arraycopy(headBytes, 0, response, 0, headBytes.length);
    System.arraycopy(body, 0, response, headBytes.length, body.length);
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/v1/";
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed: the benchmark is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
      OutputStream out = socket.getOutputStream();
      byte[] drain = new byte[64 << 10];
      while (skipRequest(in, drain)) {
        out.write(response);
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  /** Reads one request; false if there is none. */
  private static boolean skipRequest(InputStream in, byte[] drain) throws IOException {
    int length = 0;
    int inLength = 0;
    int inEnd = 0;
    boolean digits = false;
    while (inEnd < END.length) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      inEnd = next == END[inEnd] ? inEnd + 1 : next == '\r' ? 1 : 0;
      if (digits) {
        digits = next >= '0' && next <= '9';
        length = digits ? length * 10 + next - '0' : length;
        continue;
      }
      int lower = next >= 'A' && next <= 'Z' ? next + 32 : next;
      inLength = lower == LENGTH[inLength] ? inLength + 1 : next == '\r' ? 1 : 0;
      if (inLength == LENGTH.length) {
        digits = true;
        inLength = 0;
      }
    }
    int left = length;
    while (left > 0) {
      int read = in.read(drain, 0, Math.min(left, drain.length));
      if (read < 0) {
        return false;
      }
      left -= read;
    }
    return true;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "loopback-vendor");
    thread.setDaemon(true);
    thread.start();
  }
}
