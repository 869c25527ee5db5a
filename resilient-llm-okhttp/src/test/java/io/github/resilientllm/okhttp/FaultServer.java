package io.github.resilientllm.okhttp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocketFactory;

/**
 * A server on a plain socket that misbehaves as a script says, byte by byte.
 *
 * <p>The first request is answered by the first script and so on; the last script answers all that
 * come after it. A script that returns keeps the connection open for the next request.
 *
 * <p>It is no vendor of the test kit: what is broken here is HTTP itself, below what a vendor can
 * be told; and the kit's own tests stand on this module.
 */
public final class FaultServer implements AutoCloseable {

  /** How one request is answered. */
  public interface Script {
    void answer(Exchange exchange) throws IOException;
  }

  private final ServerSocket socket;
  private final List<Script> scripts;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore gone = new Semaphore(0);

  private final boolean isTls;

  private FaultServer(ServerSocketFactory sockets, List<Script> scripts) throws IOException {
    this.scripts = scripts;
    this.isTls = sockets instanceof SSLServerSocketFactory;
    this.socket = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public static FaultServer start(Script... scripts) throws IOException {
    return new FaultServer(ServerSocketFactory.getDefault(), List.of(scripts));
  }

  /** One that is spoken to by TLS. */
  static FaultServer start(Certificate certificate, Script... scripts) throws IOException {
    return new FaultServer(certificate.serverSockets(), List.of(scripts));
  }

  public String url() {
    return (isTls ? "https" : "http") + "://127.0.0.1:" + port() + "/v1";
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Ends all connections, as a server does with those that are idle; their clients hear of it. */
  void closeConnections() throws IOException {
    for (Socket connection : open) {
      connection.close();
    }
    open.clear();
  }

  /** The requests so far, head and body. */
  public List<String> requests() {
    return requests;
  }

  /** Waits until another request has come. */
  boolean awaitRequest() throws InterruptedException {
    return arrived.tryAcquire(10, TimeUnit.SECONDS);
  }

  /**
   * Waits until another connection has broken, which a hanging or endless script sees when its
   * client goes.
   */
  boolean awaitClientGone() throws InterruptedException {
    return gone.tryAcquire(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : open) {
      connection.close();
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        open.add(connection);
        daemon(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      for (String request = read(in); !request.isEmpty(); request = read(in)) {
        requests.add(request);
        arrived.release();
        Script script = scripts.get(Math.min(requests.size(), scripts.size()) - 1);
        script.answer(new Exchange(connection, in, request));
      }
    } catch (IOException e) {
      gone.release(); // the client, or the script itself, has ended the connection
    }
  }

  /** Reads a request; empty at the end of the connection. */
  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      text = next == '\n' ? head.toString(StandardCharsets.ISO_8859_1) : "";
    }
    int length = 0;
    for (String line : text.lines().toList()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "fault-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** One request's connection. */
  public static final class Exchange {
    private final Socket connection;
    private final InputStream in;
    private final OutputStream out;
    private final String request;

    private Exchange(Socket connection, InputStream in, String request) throws IOException {
      this.connection = connection;
      this.in = in;
      this.request = request;
      this.out = connection.getOutputStream();
    }

    /** What is to be answered, head and body. */
    String request() {
      return request;
    }

    Exchange send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    Exchange send(String text) throws IOException {
      return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A head without its last blank line. */
    Exchange openHead(int status, String... headers) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      return send(head.toString());
    }

    Exchange head(int status, String... headers) throws IOException {
      return openHead(status, headers).send("\r\n");
    }

    /** A whole answer of known length. */
    public void respond(int status, String body, String... headers) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      openHead(status, headers).send("Content-Length: " + bytes.length + "\r\n\r\n").send(bytes);
    }

    /** The head of a stream in chunks. */
    public Exchange stream() throws IOException {
      return head(200, "Content-Type: text/event-stream", "Transfer-Encoding: chunked");
    }

    public Exchange chunk(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
    }

    public void endChunks() throws IOException {
      send("0\r\n\r\n");
    }

    /** Ends the connection with a FIN. */
    void cut() throws IOException {
      connection.close();
    }

    /** Ends the connection with an RST. */
    void reset() throws IOException {
      connection.setSoLinger(true, 0);
      connection.close();
    }

    /** Sends nothing for a time, unless the client goes. */
    Exchange pause(int millis) throws IOException {
      connection.setSoTimeout(millis);
      try {
        if (in.read() < 0) {
          throw new IOException("the client is gone");
        }
        throw new IOException("a second request on a busy connection");
      } catch (SocketTimeoutException e) {
        connection.setSoTimeout(0);
        return this;
      }
    }

    /** Sends nothing more until the client goes. */
    public void hang() throws IOException {
      while (in.read() >= 0) {
        // a second request on a busy connection; nobody sends one
      }
      throw new IOException("the client is gone");
    }

    /** Sends the same again and again until the client goes. */
    void endless(byte[] piece) throws IOException {
      while (true) {
        out.write(piece);
      }
    }
  }
}
