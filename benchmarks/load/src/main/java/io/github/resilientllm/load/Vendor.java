package io.github.resilientllm.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Two vendors on the loopback interface, in a process of their own, so that what they use is not
 * counted for the clients. What an answer is like, the first segment of the path says: {@code
 * http://127.0.0.1:PORT/tail/v1/}.
 *
 * <p>It is not one of the test kit's vendors: thousands of connections at once share the machine
 * with what is measured, so that it writes bytes made beforehand, reads no JSON and keeps no log of
 * requests, all of which the kit's do for the sake of their scripts.
 *
 * <p>Reads commands from standard input, a line each: {@code reset}, {@code outage on}, {@code
 * outage off} (of the first vendor), {@code report}; answers each with a line. Ends with its input.
 */
public final class Vendor {
  private static final int BACKLOG = 2_000;

  private final Ledger ledger = new Ledger();
  private final ServerSocket server =
      new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());

  private Vendor(long seed) throws IOException {
    SplittableRandom seeds = new SplittableRandom(seed);
    start("vendor", () -> accept(seeds));
  }

  /** Starts both vendors and obeys. */
  public static void main(String[] args) throws IOException {
    List<Vendor> both = List.of(new Vendor(1), new Vendor(2));
    System.out.println(both.get(0).server.getLocalPort() + " " + both.get(1).server.getLocalPort());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      System.out.println(obey(line, both));
    }
    System.exit(0);
  }

  private static String obey(String command, List<Vendor> both) {
    Ledger first = both.get(0).ledger;
    switch (command) {
      case "reset" -> both.forEach(vendor -> vendor.ledger.reset());
      case "outage on" -> first.outage(true, System.nanoTime());
      case "outage off" -> first.outage(false, System.nanoTime());
      case "report" -> {
        return first.report() + ";" + both.get(1).ledger.report();
      }
      default -> {
        return "unknown command " + command;
      }
    }
    return "ok";
  }

  private void accept(SplittableRandom seeds) {
    try {
      while (true) {
        start("connection", new Connection(server.accept(), ledger, seeds.split()));
      }
    } catch (IOException e) {
      throw new IllegalStateException("a vendor cannot go on", e);
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(null, work, name, 256 << 10);
    thread.setDaemon(true);
    thread.start();
  }
}
