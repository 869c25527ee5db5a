package io.github.resilientllm.okhttp;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that processes the first request of each connection, and resets the connection at the
 * head of the second without having read its body.
 */
final class HeadCutter implements AutoCloseable {
  private static final byte[] ANSWER =
      ("HTTP/1.1 200 OK\r\nContent-Length: 80\r\n\r\n"
              + String.format(
                  "%-80s",
                  "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}"))
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final AtomicInteger processed = new AtomicInteger();

  HeadCutter() throws IOException {
    daemon(
        () -> {
          while (!socket.isClosed()) {
            try {
              Socket connection = socket.accept();
              daemon(() -> serve(connection));
            } catch (IOException e) {
              return; // closed
            }
          }
        });
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
  }

  /** How many requests were read to their end. */
  int processed() {
    return processed.get();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      in.readNBytes(lengthOfBody(in));
      processed.incrementAndGet();
      connection.getOutputStream().write(ANSWER);
      connection.getOutputStream().flush();
      if (lengthOfBody(in) > 0) {
        connection.setSoLinger(true, 0);
      }
    } catch (IOException e) {
      // the client is gone
    }
  }

  private static int lengthOfBody(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int length = 0;
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next != '\n') {
        line.append((char) next);
        continue;
      }
      String text = line.toString().strip().toLowerCase(Locale.ROOT);
      if (text.isEmpty()) {
        return length;
      }
      if (text.startsWith("content-length:")) {
        length = Integer.parseInt(text.substring("content-length:".length()).strip());
      }
      line.setLength(0);
    }
    return length;
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "head-cutter");
    thread.setDaemon(true);
    thread.start();
  }
}
