package io.github.resilientllm.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The vendor and the clients, each in a process of its own. One thread. */
final class Bench implements AutoCloseable {
  /** The client that the others are compared with. */
  static final String RAW = "raw";

  /** Ours. */
  static final String OURS = "resilient-llm";

  /** Ours, with the second vendor to fall back to. */
  static final String OURS_WITH_FALLBACK = OURS + "+fallback";

  /** Ours without retry budget and circuit breaker, for what the retries alone could reach. */
  static final String OURS_UNGUARDED = OURS + "+unguarded";

  /** A framework's models as our targets. */
  static final String LANE = "+lane";

  private static final String OWN_CLASS_PATH = "benchmarks/target/benchmarks.jar";
  private static final List<String> PEERS = List.of("openai-java", "langchain4j", "spring-ai");
  private static final List<String> JVM = List.of("-Xms512m", "-Xmx2g", "-XX:+UseG1GC");

  private final Path home;
  private final Child vendor;
  private final String[] ports;
  private final Map<String, Child> workers = new LinkedHashMap<>();

  /**
   * Starts the vendor.
   *
   * @param home the repository's root, built
   */
  Bench(Path home) throws IOException {
    this.home = home;
    this.vendor = new Child("the vendor", System.getProperty("java.class.path"), Vendor.class, JVM);
    this.ports = vendor.answer().split(" ", -1);
  }

  /** Starts a client in a process of its own. */
  void start(String name, Plan plan) throws IOException {
    boolean fallsBack = name.equals(OURS_WITH_FALLBACK);
    Contestant.Setup setup =
        new Contestant.Setup(
            url(0, plan.distribution()),
            fallsBack ? url(1, plan.fallbackDistribution()) : "",
            plan.maxAttempts(),
            plan.hedges(),
            plan.timeout(),
            plan.probe(),
            !name.equals(OURS_UNGUARDED));
    String client = name.startsWith(OURS) ? OURS : name;
    Child worker = new Child(name, classPath(client), Worker.class, JVM);
    worker.ask("use " + client + " " + setup.toLine());
    workers.put(name, worker);
  }

  /** One command to one client, with what the vendors counted meanwhile. */
  Map<String, Double> run(String name, String command) throws IOException {
    vendor.ask("reset");
    Map<String, Double> numbers = Child.numbers(worker(name).ask(command));
    addLedgers(numbers);
    return numbers;
  }

  /** The same with an outage of the first vendor between two seconds. */
  Map<String, Double> runWithOutage(String name, String command, int from, int to)
      throws IOException {
    vendor.ask("reset");
    worker(name).send(command);
    LockSupport.parkNanos(from * 1_000_000_000L);
    vendor.ask("outage on");
    LockSupport.parkNanos((to - from) * 1_000_000_000L);
    vendor.ask("outage off");
    Map<String, Double> numbers = Child.numbers(worker(name).answer());
    addLedgers(numbers);
    return numbers;
  }

  private void addLedgers(Map<String, Double> numbers) throws IOException {
    String[] ledgers = vendor.ask("report").split(";", -1);
    Child.numbers(ledgers[0]).forEach((field, value) -> numbers.put("first." + field, value));
    Child.numbers(ledgers[1]).forEach((field, value) -> numbers.put("second." + field, value));
  }

  private Child worker(String name) {
    Child worker = workers.get(name);
    if (worker == null) {
      throw new IllegalArgumentException("no client was started as " + name);
    }
    return worker;
  }

  private String classPath(String client) throws IOException {
    String module = client.replace(LANE, "");
    if (!PEERS.contains(module)) {
      return home.resolve(OWN_CLASS_PATH).toString();
    }
    Path peer = home.resolve("benchmarks/peers").resolve(module).resolve("target");
    return peer.resolve("classes") + ":" + Files.readString(peer.resolve("class-path.txt")).strip();
  }

  private String url(int vendorIndex, String distribution) {
    return "http://127.0.0.1:" + ports[vendorIndex] + "/" + distribution + "/v1";
  }

  @Override
  public void close() throws IOException {
    for (Child worker : workers.values()) {
      worker.close();
    }
    vendor.close();
  }

  /**
   * What a scenario sets.
   *
   * @param distribution of the first vendor's answers
   * @param fallbackDistribution of the second one's
   */
  record Plan(
      String distribution,
      String fallbackDistribution,
      int maxAttempts,
      boolean hedges,
      Duration timeout,
      Duration probe) {

    /** One attempt, a minute. */
    static Plan of(String distribution) {
      return new Plan(
          distribution, distribution, 1, false, Duration.ofMinutes(1), Duration.ofSeconds(10));
    }

    Plan withAttempts(int attempts) {
      return new Plan(distribution, fallbackDistribution, attempts, hedges, timeout, probe);
    }

    Plan withFallback(String other) {
      return new Plan(distribution, other, maxAttempts, hedges, timeout, probe);
    }

    Plan hedged() {
      return new Plan(distribution, fallbackDistribution, maxAttempts, true, timeout, probe);
    }

    Plan within(Duration limit) {
      return new Plan(distribution, fallbackDistribution, maxAttempts, hedges, limit, probe);
    }

    Plan probing(Duration wait) {
      return new Plan(distribution, fallbackDistribution, maxAttempts, hedges, timeout, wait);
    }
  }
}
