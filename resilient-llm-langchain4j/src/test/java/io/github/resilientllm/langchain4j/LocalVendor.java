package io.github.resilientllm.langchain4j;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A vendor on a plain socket, which answers byte by byte as a script says. */
final class LocalVendor implements AutoCloseable {

  /** How a request is answered. */
  interface Script {
    void answer(Wire wire) throws IOException;
  }

  private final ServerSocket socket;
  private final Script script;
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Semaphore gone = new Semaphore(0);
  private final Semaphore seen = new Semaphore(0);
  private volatile boolean closed;

  private LocalVendor(Script script) throws IOException {
    this.script = script;
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  static LocalVendor answering(Script script) {
    try {
      return new LocalVendor(script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
  }

  /** The bodies of the requests so far. */
  List<String> bodies() {
    return bodies;
  }

  int requests() {
    return bodies.size();
  }

  /** The client has seen a piece, for which a script may wait. */
  void pieceSeen() {
    seen.release();
  }

  /** Waits until a client has gone away from an answer that never ends. */
  boolean awaitClientGone(long millis) throws InterruptedException {
    return gone.tryAcquire(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closed = true;
    try {
      socket.close();
      for (Socket connection : open) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        open.add(connection);
        if (closed) { // an accept that was under way outlives the close
          connection.close();
          return;
        }
        daemon(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      String head = head(in);
      while (!head.isEmpty()) {
        String body = new String(in.readNBytes(length(head)), StandardCharsets.UTF_8);
        bodies.add(body);
        script.answer(new Wire(connection, body, bodies.size()));
        head = connection.isClosed() ? "" : head(in);
      }
    } catch (IOException e) {
      // the client went away
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  private static int length(String head) {
    int at = head.indexOf("content-length:");
    return at < 0 ? 0 : Integer.parseInt(head.substring(at + 15, head.indexOf('\r', at)).strip());
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "local-vendor");
    thread.setDaemon(true);
    thread.start();
  }

  /** One exchange. */
  final class Wire {
    private final Socket connection;
    private final String body;
    private final int number;

    private Wire(Socket connection, String body, int number) {
      this.connection = connection;
      this.body = body;
      this.number = number;
    }

    /** The request's body. */
    String body() {
      return body;
    }

    /** 1 for the vendor's first request. */
    int number() {
      return number;
    }

    boolean isStream() {
      return body.replace(" ", "").contains("\"stream\":true");
    }

    void json(int status, String json, String... headers) throws IOException {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
      head.append("Content-Type: application/json\r\nContent-Length: ").append(bytes.length);
      for (String header : headers) {
        head.append("\r\n").append(header);
      }
      write(head.append("\r\n\r\n").toString());
      connection.getOutputStream().write(bytes);
      connection.getOutputStream().flush();
    }

    void streamHead() throws IOException {
      write(
          "HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    /** One server-sent event. */
    void event(String data) throws IOException {
      chunk("data: " + data + "\n\n");
    }

    void chunk(String text) throws IOException {
      int size = text.getBytes(StandardCharsets.UTF_8).length;
      write(Integer.toHexString(size) + "\r\n" + text + "\r\n");
    }

    /** The stream's own end, whatever was said before. */
    void streamEnd() throws IOException {
      write("0\r\n\r\n");
    }

    /** Waits until the client has seen so many pieces: what is in flight may be lost in a break. */
    void awaitSeen(int pieces) throws IOException {
      try {
        if (!seen.tryAcquire(pieces, 20, TimeUnit.SECONDS)) {
          throw new IOException("nobody saw " + pieces + " pieces");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    /** Half a chunk, and then nothing. */
    void cut() throws IOException {
      write("40\r\ndata: {");
      connection.close();
    }

    void reset() throws IOException {
      connection.setSoLinger(true, 0);
      connection.close();
    }

    /** Says nothing more until the client goes. */
    void hang() throws IOException {
      try {
        while (connection.getInputStream().read() >= 0) {
          // nothing is expected
        }
      } finally {
        gone.release();
      }
    }

    /** Keeps the connection alive with comments until the client goes. */
    void comments() {
      try {
        while (true) {
          chunk(": still here\n\n");
          connection.setSoTimeout(50);
          readNothing();
        }
      } catch (IOException e) {
        gone.release();
      }
    }

    private void readNothing() throws IOException {
      try {
        if (connection.getInputStream().read() < 0) {
          throw new IOException("gone");
        }
      } catch (java.net.SocketTimeoutException e) {
        // as long as the client is there
      }
    }

    private void write(String text) throws IOException {
      OutputStream out = connection.getOutputStream();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
