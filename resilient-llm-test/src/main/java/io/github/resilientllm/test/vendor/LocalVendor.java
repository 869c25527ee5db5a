package io.github.resilientllm.examples.vendor;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A vendor on loopback that answers as its {@link Behaviour} says, whatever the key: in the wire
 * format of Anthropic or Gemini at their paths, and in OpenAI's at any other.
 */
public final class LocalVendor implements AutoCloseable {
  static {
    // The JDK's server reads these once. Without the first one each word waits for the
    // acknowledgement of the one before; the second one would cut connections that clients keep.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final CountDownLatch closing;

  private LocalVendor(HttpServer server, ExecutorService threads, CountDownLatch closing) {
    this.server = server;
    this.threads = threads;
    this.closing = closing;
  }

  /**
   * Starts a vendor on a free port.
   *
   * @param threads how many requests it serves at once; one that is delayed holds its thread
   */
  public static LocalVendor start(Behaviour behaviour, int threads) {
    HttpServer server;
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), threads);
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
    ExecutorService executor =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "local-vendor");
              thread.setDaemon(true);
              return thread;
            });
    CountDownLatch closing = new CountDownLatch(1);
    server.createContext("/", new BehaviourHandler(behaviour, closing));
    server.setExecutor(executor);
    server.start();
    return new LocalVendor(server, executor, closing);
  }

  /** The base URL of every vendor's client: the part before {@code /chat/completions}. */
  public String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** Stops at once; answers under way are cut. */
  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
