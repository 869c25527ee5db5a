package io.github.resilientllm.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A server on this machine that answers at once with bytes made beforehand: a stream to a path with
 * {@code /stream/}, else a short answer. It runs in a process of its own, so that none of its CPU
 * time and memory is counted, and ends when its standard input does. One of the test kit's vendors
 * would parse each request and put together each answer, on the cores that are measured.
 */
public final class LoopbackServer implements AutoCloseable {
  private final Process process;
  private final int port;

  private LoopbackServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one. */
  static LoopbackServer start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LoopbackServer.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader told =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    String port = told.readLine();
    if (port == null) {
      throw new IOException("the server did not start");
    }
    return new LoopbackServer(process, Integer.parseInt(port));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** Serves until standard input ends. */
  public static void main(String[] args) throws IOException {
    byte[] whole = whole();
    byte[] stream = stream();
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    System.out.println(server.getLocalPort());
    daemon(
        () -> {
          while (true) {
            Socket connection = server.accept();
            daemon(() -> serve(connection, whole, stream));
          }
        });
    while (System.in.read() >= 0) {
      // nothing is said to it
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // the client has gone
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void serve(Socket connection, byte[] whole, byte[] stream) throws IOException {
    connection.setTcpNoDelay(true);
    InputStream in = new BufferedInputStream(connection.getInputStream());
    OutputStream out = connection.getOutputStream();
    while (true) {
      String request = line(in);
      int length = 0;
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(line.substring("content-length:".length()).strip());
        }
      }
      in.skipNBytes(length);
      out.write(request.contains("/stream/") ? stream : whole);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the client has gone");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private static byte[] whole() {
    String answer = Vendor.OPENAI.answer(1);
    int length = answer.getBytes(StandardCharsets.UTF_8).length;
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            + "x-request-id: req_0123456789abcdef0123456789abcdef\r\nContent-Length: "
            + length
            + "\r\n\r\n";
    return (head + answer).getBytes(StandardCharsets.UTF_8);
  }

  /** Each event in a chunk of HTTP, as servers flush them. */
  private static byte[] stream() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    String events = new String(ChunkedAnswer.events(), StandardCharsets.UTF_8);
    for (String event : events.strip().split("\n\n", -1)) {
      byte[] bytes = (event + "\n\n").getBytes(StandardCharsets.UTF_8);
      all.writeBytes(
          (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      all.writeBytes(bytes);
      all.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    all.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return all.toByteArray();
  }
}
