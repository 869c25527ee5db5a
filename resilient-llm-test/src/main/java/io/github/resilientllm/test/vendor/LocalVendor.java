package io.github.resilientllm.test.vendor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A vendor on loopback that answers as its {@link Behaviour} says, whatever the key: in the wire
 * format of Anthropic, Gemini, Bedrock's Converse or OpenAI's Responses at their paths, and in
 * OpenAI's chat completions at any other, with Azure's additions at Azure's paths.
 *
 * <p>It speaks HTTP/1.1 on a socket, so that it can also break it. Each connection has a daemon
 * thread; above 10,000 connections it accepts no more until some have gone. Safe for use by several
 * threads.
 */
public final class LocalVendor implements AutoCloseable {
  private final Behaviour behaviour;
  private final RequestLog log = new RequestLog();
  private final boolean isSecure;
  private final Tls tls = new Tls();
  private final SocketServer server;

  private LocalVendor(Behaviour behaviour, int port, boolean isSecure) {
    this.behaviour = behaviour;
    this.isSecure = isSecure;
    this.server = SocketServer.start(port, isSecure ? tls : plain -> plain, this::answer);
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
    return new LocalVendor(behaviour, port, false);
  }

  /** Starts one on a free port that speaks TLS, by a certificate of the {@link LocalAuthority}. */
  public static LocalVendor startSecure(Behaviour behaviour) {
    return new LocalVendor(behaviour, 0, true);
  }

  /** The base URL of a client that adds {@code /chat/completions}, and of all of this library. */
  public String baseUrl() {
    return root() + "/v1";
  }

  /** The base URL of a client that adds the version as well, as Anthropic's own does. */
  public String root() {
    return (isSecure ? "https" : "http") + "://127.0.0.1:" + server.port();
  }

  /** The requests so far, in the order in which they came. */
  public List<Seen> requests() {
    return log.seen();
  }

  /**
   * Waits until a client has left a request before the vendor was done with it.
   *
   * @return whether one has
   * @throws InterruptedException if this thread is interrupted
   */
  public boolean awaitClientLeft(Duration atMost) throws InterruptedException {
    return log.awaitClientLeft(atMost);
  }

  /** Forgets the requests so far. */
  public void forget() {
    log.clear();
  }

  /** Cuts all connections; the vendor goes on. */
  public void hangUp() {
    server.hangUp();
  }

  /** Stops at once; answers under way are cut. */
  @Override
  public void close() {
    server.close();
  }

  /**
   * Speaks TLS. A client that does not like the certificate leaves in the handshake or after it,
   * and has asked all the same; it knows before we do, so that it is noted beforehand.
   */
  private final class Tls implements SocketServer.Greeting {
    private final Map<Socket, RequestLog.Entry> silent = new ConcurrentHashMap<>();

    @Override
    public Socket greet(Socket connection) throws IOException {
      SSLContext identity = LocalAuthority.server(behaviour.showsItsOwnName());
      SSLSocket secure =
          (SSLSocket) identity.getSocketFactory().createSocket(connection, null, true);
      secure.setUseClientMode(false);
      Question none = Question.of("", List.of(), false, List.of(), "");
      silent.put(connection, log.begin(none, "", "", Map.of()));
      secure.startHandshake();
      return secure;
    }

    void asks(Socket connection) {
      RequestLog.Entry entry = silent.remove(connection);
      if (entry != null) {
        log.remove(entry);
      }
    }

    @Override
    public void goes(Socket connection) {
      RequestLog.Entry entry = silent.remove(connection);
      if (entry != null) {
        entry.end(Seen.End.CLIENT_LEFT);
      }
    }
  }

  private void answer(HttpRequest request, Exchange exchange) throws IOException {
    tls.asks(exchange.connection());
    if (!request.method().equals("POST") || !Wire.isSpokenAt(request.path())) {
      other(request, exchange);
      return;
    }
    Wire wire = Wire.of(request.path());
    Question question;
    try {
      question = wire.read(request.path(), request.body()).withBody(request.body());
    } catch (IOException noJson) {
      Reply.Refusal refusal =
          new Reply.Refusal(400, "invalid_request_error", "The body is no JSON.", 0);
      respond(exchange, 400, wire.error(refusal));
      return;
    }
    RequestLog.Entry entry =
        log.begin(question, request.path(), request.key(), request.otherHeaders());
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

  /**
   * What clients and gateways ask besides: the list of models. What it does not speak, such as
   * embeddings, meets no script, which is meant for answers.
   */
  private static void other(HttpRequest request, Exchange exchange) throws IOException {
    if (request.method().equals("GET") && request.path().endsWith("/models")) {
      respond(exchange, 200, "{\"object\":\"list\",\"data\":[]}");
    } else {
      String what = "A local vendor does not speak " + request.method() + " " + request.path();
      respond(exchange, 404, "{\"error\":{\"message\":" + Json.quote(what) + "}}");
    }
  }

  private static void respond(Exchange exchange, int status, String body) throws IOException {
    int length = body.getBytes(UTF_8).length;
    exchange.head(status, "application/json", Map.of(), "Content-Length: " + length);
    exchange.send(body);
  }
}
