package io.github.resilientllm.load;

import static io.github.resilientllm.load.Bench.OURS;
import static io.github.resilientllm.load.Bench.OURS_UNGUARDED;
import static io.github.resilientllm.load.Bench.OURS_WITH_FALLBACK;
import static io.github.resilientllm.load.Bench.RAW;

import io.github.resilientllm.load.Scenario.Aim;
import io.github.resilientllm.load.Scenario.Column;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Stream;

/**
 * What can be measured. The aims are those of the project, for a machine with nothing else to do.
 */
final class Scenarios {
  private static final List<String> EVERYBODY =
      List.of(
          RAW, "raw+failsafe", "raw+resilience4j", OURS, "openai-java", "langchain4j", "spring-ai");
  private static final List<String> EVERYBODY_AND_LANES =
      Stream.of(EVERYBODY, List.of("langchain4j" + Bench.LANE, "spring-ai" + Bench.LANE))
          .flatMap(List::stream)
          .toList();
  private static final List<String> WITH_FALLBACK =
      List.of(RAW, OURS, OURS_WITH_FALLBACK, "openai-java", "langchain4j", "spring-ai");
  private static final List<String> WITH_FALLBACK_AND_UNGUARDED =
      List.of(
          RAW, OURS, OURS_UNGUARDED, OURS_WITH_FALLBACK, "openai-java", "langchain4j", "spring-ai");

  /** The compilers are at work for longer than one would think. */
  private static final int WARM_SECONDS = 10;

  /**
   * Where the CPU of a call is measured each client is warmed up by calls and not by the clock: on
   * a busy machine the compilers' own CPU doubled that of calls that came ten seconds later.
   */
  private static final int WARM_CALLS = 100_000;

  private static final int WARM_STREAMS = 5_000;
  private static final int WARM_SECONDS_AT_MOST = 90;

  private static final Optimum TAIL = Optimum.of(Behaviour::tailMillis, 0.055, 1);
  private static final Optimum LOG_NORMAL = Optimum.of(Behaviour::logNormalMillis, 0.055, 1);

  private Scenarios() {}

  static List<Scenario> all() {
    return List.of(
        shortCall(),
        longCall(),
        callers(),
        stream(),
        streams(),
        faults(),
        refusals(),
        limit(),
        breaks(),
        tail("tail", "95% take 50 ms, 5% take 2 s", TAIL, 1.3),
        tail("lognormal", "a median of 50 ms, log-normal with sigma 1", LOG_NORMAL, 1.1),
        outage());
  }

  private static Scenario shortCall() {
    return new Scenario(
        "short",
        "a short call to a vendor without latency",
        EVERYBODY_AND_LANES,
        Bench.Plan.of("fixed-0"),
        "chat " + WARM_CALLS + " 1 1 20 " + WARM_SECONDS_AT_MOST,
        (bench, client) -> bench.run(client, "chat 10000 1 1 20"),
        List.of(
            Column.of("p50, µs", "p50", 1, "%.1f"),
            Column.ofRaw("p50", "p50"),
            Column.of("CPU, µs", "cpu", 1e-3, "%.1f"),
            Column.ofRaw("CPU", "cpu"),
            Column.of("bytes", "bytes", 1, "%.0f"),
            Column.ofRaw("bytes", "bytes")),
        List.of(
            Aim.atMost(OURS, "p50 of raw at most 1.05", 1.05, ratio("p50")),
            Aim.atMost(OURS, "CPU of raw at most 1.05", 1.05, ratio("cpu")),
            Aim.atMost(OURS, "bytes of raw at most 1.1", 1.1, ratio("bytes"))));
  }

  private static Scenario longCall() {
    return new Scenario(
        "long",
        "a call with 200 messages, 200 KB",
        EVERYBODY,
        Bench.Plan.of("fixed-0"),
        "chat 1000000 1 200 20 " + WARM_SECONDS,
        (bench, client) -> bench.run(client, "chat 200 1 200 20"),
        List.of(
            Column.of("p50, µs", "p50", 1, "%.0f"),
            Column.ofRaw("p50", "p50"),
            Column.of("calls that stall, %", "stalls", 100, "%.1f"),
            Column.ofRaw("CPU", "cpu"),
            Column.ofRaw("bytes", "bytes")),
        List.of(
            Aim.atMost(OURS, "p50 of raw at most 0.35", 0.35, ratio("p50")),
            Aim.atMost(OURS, "stalled calls none", 0, own("stalls"))));
  }

  private static Scenario callers() {
    return new Scenario(
        "callers",
        "64 callers, a vendor that takes 50 ms",
        EVERYBODY,
        Bench.Plan.of("fixed-50"),
        "chat 1000000 64 1 20 " + 3 * WARM_SECONDS, // it makes few calls in a second
        (bench, client) -> bench.run(client, "chat 12800 64 1 20"),
        List.of(
            new Column("% of the possible 1280/s", "%.1f", (own, raw) -> rate(own) / 12.8),
            Column.of("CPU, µs", "cpu", 1e-3, "%.1f"),
            Column.ofRaw("CPU", "cpu")),
        List.of(
            Aim.atLeast(OURS, "% of 1280/s at least 97.5", 97.5, (own, raw) -> rate(own) / 12.8),
            Aim.atMost(OURS, "CPU of raw at most 1.10", 1.10, ratio("cpu"))));
  }

  private static Scenario stream() {
    return new Scenario(
        "stream",
        "a stream of 500 chunks without pause",
        EVERYBODY_AND_LANES,
        Bench.Plan.of("chunks-500"),
        "stream " + WARM_STREAMS + " 1 1 500 " + WARM_SECONDS_AT_MOST,
        (bench, client) -> bench.run(client, "stream 600 1 1 500"),
        List.of(
            Column.of("CPU per chunk, µs", "cpu", 1e-3 / 500, "%.2f"),
            Column.ofRaw("CPU", "cpu"),
            Column.of("bytes per chunk", "bytes", 1.0 / 500, "%.0f"),
            Column.ofRaw("bytes", "bytes"),
            new Column(
                "first chunk later than raw, µs",
                "%.0f",
                (own, raw) -> difference("first", own, raw))),
        List.of(
            Aim.atMost(OURS, "CPU per chunk of raw at most 0.75", 0.75, ratio("cpu")),
            Aim.atMost(OURS, "bytes per chunk of raw at most 0.25", 0.25, ratio("bytes")),
            Aim.atMost(
                OURS,
                "first chunk later than raw at most 20 µs",
                20,
                (own, raw) -> difference("first", own, raw))));
  }

  private static Scenario streams() {
    double ideal = 3.0; // 30 chunks, 100 ms apart
    return new Scenario(
        "streams",
        "1,000 streams at once, 30 chunks each, 100 ms apart",
        EVERYBODY,
        Bench.Plan.of("slow-30-100"),
        "many 1000 30;many 1000 30;many 1000 30", // a thousand calls each, which compilers hardly
        // notice
        (bench, client) -> bench.run(client, "many 1000 30"),
        List.of(
            Column.of("live heap each, KB", "heap", 1e-3, "%.1f"),
            Column.of("threads each", "threads", 1, "%.2f"),
            Column.of("a stream's wall of ideal: p50", "p50", 1e-6 / ideal, "%.3f"),
            Column.of("p99", "p99", 1e-6 / ideal, "%.3f"),
            Column.of("all of them, started one by one", "wall", 1 / ideal, "%.2f"),
            Column.of("complete", "complete", 1, "%.0f")),
        List.of(
            Aim.atMost(OURS, "live heap each at most 40 KB", 40, (own, raw) -> heap(own)),
            Aim.atMost(
                OURS,
                "wall of ideal at most 1.03, of 99 in 100 streams",
                1.03,
                (own, raw) -> get("p99", own) / 1e6 / ideal),
            Aim.atMost(OURS, "threads each at most 1", 1.02, own("threads"))));
  }

  private static Scenario faults() {
    return new Scenario(
        "faults",
        "20% of 500, 429 with Retry-After and resets; two retries",
        WITH_FALLBACK_AND_UNGUARDED,
        Bench.Plan.of("faults").withAttempts(3).withFallback("fixed-5"),
        "",
        (bench, client) -> bench.run(client, "chat 600 32 1 20"),
        List.of(
            new Column("success, %", "%.2f", (own, raw) -> 100 * success(own)),
            new Column("requests per call", "%.3f", (own, raw) -> amplification(own)),
            Column.of("earlier than Retry-After", "first.early", 1, "%.0f")),
        List.of(
            Aim.atLeast(OURS, "success at least 99.2%", 0.992, (own, raw) -> success(own)),
            Aim.atLeast(
                OURS_UNGUARDED, "success at least 99.2%", 0.992, (own, raw) -> success(own)),
            Aim.atMost(
                OURS, "requests per call at most 1.25", 1.25, (own, raw) -> amplification(own)),
            Aim.atMost(OURS, "no retry before Retry-After", 0, own("first.early")),
            Aim.atLeast(
                OURS_WITH_FALLBACK,
                "success at least 99.99%",
                0.9999,
                (own, raw) -> success(own))));
  }

  private static Scenario refusals() {
    return new Scenario(
        "refusals",
        "4% of 429 with Retry-After: 1 by chance, 8% of 500, 8% of resets; 32 callers, 20 ms",
        WITH_FALLBACK,
        Bench.Plan.of("refusals").withAttempts(3).withFallback("fixed-20"),
        "",
        (bench, client) -> bench.run(client, "chat 5000 32 1 20"),
        List.of(
            Column.of("p50, ms", "p50", 1e-3, "%.0f"),
            Column.of("p95, ms", "p95", 1e-3, "%.0f"),
            Column.of("p99, ms", "p99", 1e-3, "%.0f"),
            new Column("success, %", "%.2f", (own, raw) -> 100 * success(own)),
            new Column("requests per call", "%.3f", (own, raw) -> amplification(own)),
            Column.of("earlier than Retry-After", "first.early", 1, "%.0f")),
        List.of(
            Aim.atMost(OURS, "p95, ms, at most 1100", 1100, (own, raw) -> get("p95", own) / 1e3),
            Aim.atLeast(OURS, "success at least 99.2%", 0.992, (own, raw) -> success(own)),
            Aim.atMost(OURS, "no retry before Retry-After", 0, own("first.early"))));
  }

  private static Scenario limit() {
    int limit = 20;
    int seconds = 60;
    double most = limit * seconds / 10.0;
    return new Scenario(
        "limit",
        "a true limit of 20 requests in 10 s, three times that offered",
        List.of(RAW, OURS, "openai-java", "spring-ai"),
        Bench.Plan.of("limited-" + limit + "-10").withAttempts(3).within(Duration.ofSeconds(10)),
        "",
        (bench, client) -> {
          // Just before, for a limit that nobody meets for a minute is forgotten.
          Map<String, Double> unused = bench.run(client, "paced 6 120 0 0 20");
          return bench.run(client, "paced 6 80 20 80 20");
        },
        List.of(
            new Column(
                "429s of all requests, %",
                "%.1f", (own, raw) -> 100 * get("first.refused", own) / get("first.requests", own)),
            new Column(
                "answered of the limit, %",
                "%.1f", (own, raw) -> 100 * get("within.complete", own) / most)),
        List.of(
            Aim.atMost(
                OURS,
                "429s at most 5% of the requests",
                0.05,
                (own, raw) -> get("first.refused", own) / get("first.requests", own)),
            Aim.atLeast(
                OURS,
                "answered at least 95% of the limit",
                0.95,
                (own, raw) -> get("within.complete", own) / most)));
  }

  private static Scenario breaks() {
    return new Scenario(
        "breaks",
        "5% each of five breaks of a stream: 500, cut, no finish, error event, stall",
        WITH_FALLBACK_AND_UNGUARDED,
        Bench.Plan.of("breaks")
            .withAttempts(3)
            .withFallback("fixed-5")
            .within(Duration.ofSeconds(6)),
        "",
        (bench, client) -> bench.run(client, "stream 1000 32 1 20"),
        List.of(
            new Column("complete, %", "%.2f", (own, raw) -> 100 * success(own)),
            new Column(
                "silently incomplete, %", "%.2f", (own, raw) -> 100 * share("incomplete", own)),
            new Column("late, %", "%.2f", (own, raw) -> 100 * share("late", own)),
            new Column("requests per call", "%.3f", (own, raw) -> amplification(own))),
        List.of(
            Aim.atMost(OURS, "nothing silently incomplete", 0, own("incomplete")),
            Aim.atMost(OURS, "nothing late", 0, own("late")),
            Aim.atLeast(OURS, "complete at least 98%", 0.98, (own, raw) -> success(own)),
            Aim.atLeast(OURS_UNGUARDED, "complete at least 98%", 0.98, (own, raw) -> success(own)),
            Aim.atLeast(
                OURS_WITH_FALLBACK, "complete at least 99.9%", 0.999, (own, raw) -> success(own))));
  }

  private static Scenario tail(String name, String title, Optimum best, double factor) {
    List<Aim> aims =
        List.of(
            Aim.atMost(
                OURS, "extra requests at most 5.5%", 1.055, (own, raw) -> amplification(own)),
            Aim.atMost(
                OURS,
                "p99 of one optimal hedge's (%.0f ms) at most %.1f"
                    .formatted(best.p99Millis(), factor),
                factor,
                (own, raw) -> get("p99", own) / 1e3 / best.p99Millis()),
            Aim.atMost(OURS, "p99.9, ms, at most 300", 300, (own, raw) -> get("p999", own) / 1e3));
    return new Scenario(
        name,
        title + "; 40 calls a second",
        List.of(RAW, OURS, "openai-java", "langchain4j", "spring-ai"),
        Bench.Plan.of(name).hedged(),
        "paced 40 25 0 0 20", // 1,000 calls, from which latencies are learnt
        (bench, client) -> bench.run(client, "paced 40 50 0 0 20"),
        List.of(
            Column.of("p50, ms", "p50", 1e-3, "%.0f"),
            Column.of("p99, ms", "p99", 1e-3, "%.0f"),
            Column.of("p99.9, ms", "p999", 1e-3, "%.0f"),
            new Column("requests per call", "%.3f", (own, raw) -> amplification(own)),
            Column.of("cancelled", "first.cancelled", 1, "%.0f")),
        name.equals("tail") ? aims : aims.subList(0, 2));
  }

  private static Scenario outage() {
    int probeMillis = 2_000;
    return new Scenario(
        "outage",
        "10 s of 500s from the first vendor, the second one healthy; 100 calls a second",
        WITH_FALLBACK,
        Bench.Plan.of("fixed-50")
            .withAttempts(3)
            .withFallback("fixed-50")
            .within(Duration.ofSeconds(20))
            .probing(Duration.ofMillis(probeMillis)),
        "paced 100 5 0 0 20",
        // counted apart is what starts after the outage's first second
        (bench, client) -> bench.runWithOutage(client, "paced 100 30 11 20 20", 10, 20),
        List.of(
            new Column("success, %", "%.2f", (own, raw) -> 100 * allSuccess(own)),
            Column.of("p99 in the outage, ms", "within.p99", 1e-3, "%.0f"),
            Column.of("p50 in the outage, ms", "within.p50", 1e-3, "%.0f"),
            new Column(
                "requests to the dead vendor per call, %",
                "%.1f", (own, raw) -> 100 * get("first.inOutage", own) / 1_000),
            Column.of("back after, ms", "first.backMillis", 1, "%.0f")),
        List.of(
            Aim.atLeast(
                OURS_WITH_FALLBACK, "success at least 99.9%", 0.999, (own, raw) -> allSuccess(own)),
            Aim.atMost(
                OURS_WITH_FALLBACK,
                "p99 after the first second of normal at most 1.5",
                1.5,
                (own, raw) -> get("within.p99", own) / get("p50", own)),
            Aim.atMost(
                OURS_WITH_FALLBACK,
                "requests to the dead vendor below 3% of the calls",
                0.03,
                (own, raw) -> get("first.inOutage", own) / 1_000),
            Aim.atMost(
                OURS_WITH_FALLBACK,
                "back within two probe intervals, ms",
                2 * probeMillis,
                own("first.backMillis"))));
  }

  private static ToDoubleBiFunction<Map<String, Double>, Map<String, Double>> ratio(String field) {
    return (own, raw) -> get(field, own) / get(field, raw);
  }

  private static ToDoubleBiFunction<Map<String, Double>, Map<String, Double>> own(String field) {
    return (own, raw) -> get(field, own);
  }

  private static double get(String field, Map<String, Double> numbers) {
    return numbers.getOrDefault(field, Double.NaN);
  }

  private static double difference(String field, Map<String, Double> own, Map<String, Double> raw) {
    return get(field, own) - get(field, raw);
  }

  private static double rate(Map<String, Double> own) {
    return get("calls", own) / get("wall", own);
  }

  private static double heap(Map<String, Double> own) {
    return get("heap", own) / 1e3;
  }

  private static double share(String field, Map<String, Double> own) {
    return get(field, own) / get("calls", own);
  }

  private static double success(Map<String, Double> own) {
    return share("complete", own);
  }

  private static double allSuccess(Map<String, Double> own) {
    return (get("complete", own) + get("within.complete", own))
        / (get("calls", own) + get("within.calls", own));
  }

  private static double amplification(Map<String, Double> own) {
    return (get("first.requests", own) + get("second.requests", own)) / get("calls", own);
  }
}
