package io.github.resilientllm.postgres;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way to the server, which can be cut at any piece that passes: whoever is at its ends hears
 * that at once, or nothing any more.
 */
final class Wire implements AutoCloseable {
  /** How a connection ends. */
  enum Cut {
    /** Both ends are told. */
    RESET,
    /** Nothing passes any more in either direction, not even that an end has gone. */
    SILENCE
  }

  private final ServerSocket door;
  private final int server;
  private final Queue<Closeable> open = new ConcurrentLinkedQueue<>();
  private final AtomicInteger passed = new AtomicInteger();
  private volatile int at;
  private volatile Cut cut = Cut.RESET;

  /** Begins to pass on to a port of this machine. */
  Wire(int server) {
    this.server = server;
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    begin(this::accept);
  }

  /** Where it is to be spoken to. */
  int port() {
    return door.getLocalPort();
  }

  /** Cuts the connection that carries the n-th piece from here on; it does not pass. */
  void cutAt(int n, Cut how) {
    cut = how;
    passed.set(0);
    at = n;
  }

  /** Whether it was cut since. */
  boolean wasCut() {
    return passed.get() >= at;
  }

  private void begin(Runnable task) {
    Thread thread = new Thread(task, "wire");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = door.accept();
        Socket backend = new Socket(InetAddress.getLoopbackAddress(), server);
        client.setTcpNoDelay(true);
        backend.setTcpNoDelay(true);
        open.add(client);
        open.add(backend);
        Way way = new Way();
        begin(() -> pass(client, backend, way));
        begin(() -> pass(backend, client, way));
      }
    } catch (IOException closed) {
      // the test has ended
    }
  }

  /** A connection that is whole until it is cut. */
  private static final class Way {
    private volatile boolean isSilent;
  }

  private void pass(Socket from, Socket to, Way way) {
    byte[] piece = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        if (way.isSilent) {
          continue;
        }
        if (passed.incrementAndGet() == at) {
          if (cut == Cut.RESET) {
            reset(from);
            reset(to);
            return;
          }
          way.isSilent = true;
          continue;
        }
        to.getOutputStream().write(piece, 0, n);
      }
      if (!way.isSilent) {
        to.shutdownOutput();
      }
    } catch (IOException e) {
      if (!way.isSilent) {
        close(from);
        close(to);
      }
    }
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is gone
    }
  }

  @Override
  public void close() {
    close(door);
    open.forEach(Wire::close);
  }
}
