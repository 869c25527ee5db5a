package io.github.resilientllm.test.vendor;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A server of HTTP/1.1 on loopback whose connections can be broken at any byte.
 *
 * <p>Each connection has a daemon thread; above 10,000 connections it accepts no more until some
 * have gone.
 */
final class SocketServer implements AutoCloseable {
  private static final int BACKLOG = 1000;
  private static final long MOST_WAIT_FOR_PORT = 2_000_000_000L;
  private static final int MOST_CONNECTIONS = 10_000;
  private static final int STACK_BYTES = 256 << 10;

  private final ServerSocket socket;
  private final Greeting greeting;
  private final Handler handler;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private SocketServer(ServerSocket socket, Greeting greeting, Handler handler) {
    this.socket = socket;
    this.greeting = greeting;
    this.handler = handler;
  }

  /** What comes before a connection's first request, and after its last. */
  interface Greeting {
    /** Returns the socket that is spoken over. */
    Socket greet(Socket connection) throws IOException;

    /** The connection is over. */
    default void goes(Socket connection) {}
  }

  /** Answers one request. */
  interface Handler {
    void answer(HttpRequest request, Exchange exchange) throws IOException;
  }

  static SocketServer start(int port, Greeting greeting, Handler handler) {
    try {
      SocketServer server = new SocketServer(listen(port), greeting, handler);
      daemon(server::accept);
      return server;
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

  int port() {
    return socket.getLocalPort();
  }

  /** Cuts all connections; the server goes on. */
  void hangUp() {
    open.forEach(SocketServer::close);
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
        // Or each word would wait for the last one's acknowledgement.
        connection.setTcpNoDelay(true);
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
      Socket spoken = greeting.greet(connection);
      InputStream in = new BufferedInputStream(spoken.getInputStream());
      for (HttpRequest request = HttpRequest.read(in);
          request != null;
          request = request.isLast() ? null : HttpRequest.read(in)) {
        handler.answer(request, new Exchange(connection, in, spoken.getOutputStream()));
      }
    } catch (IOException e) {
      return; // the client or the vendor has ended the connection
    } finally {
      open.remove(connection);
      greeting.goes(connection);
    }
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
