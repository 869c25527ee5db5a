package io.github.resilientllm.test.vendor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A vendor on loopback that answers as its {@link Behaviour} says, whatever the key: in the wire
 * format of Anthropic or Gemini at their paths, and in OpenAI's chat completions at any other.
 *
 * <p>It speaks HTTP/1.1 on a plain socket, so that it can also break it. Each connection has a
 * daemon thread; above 10,000 connections it accepts no more until some have gone. Safe for use by
 * several threads.
 */
public final class LocalVendor implements AutoCloseable {
  private static final int BACKLOG = 1000;
  private static final long MOST_WAIT_FOR_PORT = 2_000_000_000L;
  private static final int MOST_CONNECTIONS = 10_000;
  private static final int STACK_BYTES = 256 << 10;

  private final ServerSocket socket;
  private final Behaviour behaviour;
  private final RequestLog log = new RequestLog();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private LocalVendor(ServerSocket socket, Behaviour behaviour) {
    this.socket = socket;
    this.behaviour = behaviour;
  }

  /** Starts a vendor on a free port of the loopback interface. */
  public static LocalVendor start(Behaviour behaviour) {
    return start(behaviour, 0);
  }

  /**
   * Starts a vendor on a port of the loopback interface.
   *
   * @param port 0 for any that is free
   * @throws UncheckedIOException if it cannot have the port
   */
  public static LocalVendor start(Behaviour behaviour, int port) {
    try {
      LocalVendor vendor = new LocalVendor(listen(port), behaviour);
      daemon(vendor::accept);
      return vendor;
    } catch (IOException noPort) {
      throw new UncheckedIOException("No vendor can listen on port " + port, noPort);
    }
  }

  /** The port of a vendor that has just closed is free a moment later: its thread still accepts. */
  private static ServerSocket listen(int port) throws IOException {
    long until = System.nanoTime() + MOST_WAIT_FOR_PORT;
    while (true) {
      try {
        return new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
      } catch (BindException taken) {
        if (port == 0 || System.nanoTime() - until >= 0) {
          throw taken;
        }
        LockSupport.parkNanos(10_000_000);
      }
    }
  }

  /** The base URL of a client that adds {@code /chat/completions}, and of all of this library. */
  public String baseUrl() {
    return root() + "/v1";
  }

  /** The base URL of a client that adds the version as well, as Anthropic's own does. */
  public String root() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  /** The requests so far, in the order in which they came. */
  public List<Seen> requests() {
    return log.seen();
  }

  /** Forgets the requests so far. */
  public void forget() {
    log.clear();
  }

  /** Cuts all connections; the vendor goes on. */
  public void hangUp() {
    open.forEach(LocalVendor::close);
  }

  /** Stops at once; answers under way are cut. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      hangUp();
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connection.setTcpNoDelay(
            true); // or each word would wait for the last one's acknowledgement
        open.add(connection);
        if (socket.isClosed() || open.size() > MOST_CONNECTIONS) {
          open.remove(connection);
          close(connection);
          continue;
        }
        daemon(() -> serve(connection));
      } catch (IOException e) {
        if (socket.isClosed()) {
          return;
        }
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      for (HttpRequest request = HttpRequest.read(in);
          request != null;
          request = request.isLast() ? null : HttpRequest.read(in)) {
        answer(request, new Exchange(connection, in));
      }
    } catch (IOException e) {
      return; // the client or the vendor has ended the connection
    } finally {
      open.remove(connection);
    }
  }

  private void answer(HttpRequest request, Exchange exchange) throws IOException {
    if (!request.method().equals("POST")) {
      other(request, exchange);
      return;
    }
    Wire wire = Wire.of(request.path());
    Question question;
    try {
      question = wire.read(request.path(), request.body());
    } catch (IOException noJson) {
      Reply.Refusal refusal =
          new Reply.Refusal(400, "invalid_request_error", "The body is no JSON.", 0);
      respond(exchange, 400, wire.error(refusal));
      return;
    }
    RequestLog.Entry entry = log.begin(question, request);
    Seen.End end = Seen.End.CUT;
    try {
      Reply reply = behaviour.reply(question);
      new Performance(behaviour, wire, question, exchange, entry).play(reply);
      end = Seen.End.DONE;
    } catch (Exchange.ClientLeft e) {
      end = Seen.End.CLIENT_LEFT;
      throw e;
    } finally {
      entry.end(end);
    }
  }

  /** What clients and gateways ask besides: the list of models. */
  private static void other(HttpRequest request, Exchange exchange) throws IOException {
    if (request.method().equals("GET") && request.path().endsWith("/models")) {
      respond(exchange, 200, "{\"object\":\"list\",\"data\":[]}");
    } else {
      respond(exchange, 404, "{}");
    }
  }

  private static void respond(Exchange exchange, int status, String body) throws IOException {
    int length = body.getBytes(UTF_8).length;
    exchange.head(status, "application/json", Map.of(), "Content-Length: " + length);
    exchange.send(body);
  }

  private static void close(Socket connection) {
    try {
      connection.close();
    } catch (IOException e) {
      return; // it is gone then
    }
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(null, body, "local-vendor", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }
}
