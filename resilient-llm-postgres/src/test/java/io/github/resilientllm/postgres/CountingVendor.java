package io.github.resilientllm.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A vendor that several processes ask: down until it is told otherwise, then with a limit. */
final class CountingVendor implements AutoCloseable {
  private final ServerSocket socket;
  private final double perSecond;
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean isUp;
  private double tokens; // guarded by this
  private long filledAt; // guarded by this

  /**
   * A vendor that is down.
   *
   * @param perSecond it takes so many in a second, and a second's worth at once
   */
  CountingVendor(double perSecond) throws IOException {
    this.perSecond = perSecond;
    this.socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread listener = new Thread(this::listen, "vendor");
    listener.setDaemon(true);
    listener.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  void comesUp() {
    isUp = true;
  }

  int requests() {
    return requests.get();
  }

  int refused() {
    return refused.get();
  }

  /** How often a question was answered. */
  int answered(String question) {
    return asked.getOrDefault(question, 0);
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        Socket caller = socket.accept();
        Thread thread = new Thread(() -> answer(caller));
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void answer(Socket caller) {
    try (caller) {
      String question =
          new BufferedReader(new InputStreamReader(caller.getInputStream(), UTF_8)).readLine();
      requests.incrementAndGet();
      String says = !isUp ? "500" : letsIn() ? "hello" : "429";
      if (says.equals("hello")) {
        asked.merge(String.valueOf(question), 1, Integer::sum);
      }
      caller.getOutputStream().write((says + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      // whoever asked is gone
    }
  }

  private synchronized boolean letsIn() {
    long now = System.nanoTime();
    tokens = Math.min(Math.max(1, perSecond), tokens + (now - filledAt) * perSecond / 1e9);
    filledAt = now;
    if (tokens < 1) {
      refused.incrementAndGet();
      return false;
    }
    tokens--;
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
