package io.github.resilientllm.test.judge;

import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Heard;
import io.github.resilientllm.test.Timeline;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.vendor.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One scenario while it is played: its vendors, the client, and what has been found wrong. */
final class Stage {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a busy machine may take longer. */
  private static final Duration SLACK = Duration.ofMillis(300);

  private final Scenario scenario;
  private final Vendor a;
  private final Vendor b;
  private final double pace;
  private final Client client;
  private final long start = System.nanoTime();
  private final List<Call> calls = new ArrayList<>();
  private final List<List<Timeline.Attempt>> attempts = new ArrayList<>(); // of each call
  private Verdict verdict = Verdict.PASS;
  private final Map<String, Integer> wrong = new LinkedHashMap<>(); // how often what was
  private @Nullable Said said;

  Stage(Scenario scenario, Vendor a, Vendor b, double pace, Client client) {
    this.scenario = scenario;
    this.a = a;
    this.b = b;
    this.pace = pace;
    this.client = client;
  }

  Vendor a() {
    return a;
  }

  Vendor b() {
    return b;
  }

  /** Asks as the scenario does, streamed or not. */
  Call ask() {
    List<Vendor> vendors = scenario.hasFallback() ? List.of(a, b) : List.of(a);
    said = null;
    Call call =
        Call.of(
            () -> {
              Said heard = client.ask("How long does delivery take?", scenario.isStreamed());
              said = heard;
              return heard.text();
            },
            scaled(PATIENCE).plusSeconds(1),
            vendors);
    calls.add(call);
    attempts.add(client.attempts());
    return call;
  }

  /** What was returned last; nothing known if it failed. */
  Said said() {
    return Objects.requireNonNullElse(said, Said.text(""));
  }

  /** Waits until so long after the beginning. */
  void waitUntil(Duration since) throws InterruptedException {
    long nanos = start + scaled(since).toNanos() - System.nanoTime();
    if (nanos > 0) {
      boolean unused = new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
    }
  }

  boolean isAfter(Duration since) {
    return System.nanoTime() - start >= scaled(since).toNanos();
  }

  /** Whether between any two requests to the first vendor there was that much time. */
  boolean leftAlone(Duration least) {
    List<Seen> seen = a.requests();
    for (int i = 1; i < seen.size(); i++) {
      if (seen.get(i).arrived() - seen.get(i - 1).arrived() < scaled(least).toNanos()) {
        return false;
      }
    }
    return true;
  }

  int asked(Vendor vendor) {
    return vendor.requests().size();
  }

  // What is demanded

  /** The call ended with a whole answer. */
  void whole(Call call) {
    if (call.failure().isPresent() && !call.isOverdue()) {
      if (call.failure().orElseThrow() instanceof UnsupportedOperationException) {
        found(Verdict.NOT_REACHED, "it cannot stream");
      }
      found(Verdict.SAFE, "it ended with an error: " + name(call.failure().orElseThrow()));
      return;
    }
    honest(call);
  }

  /** The call ended with a whole answer or an error. */
  void honest(Call call) {
    if (call.isOverdue()) {
      found(Verdict.FAIL, "it did not end by itself");
    }
    call.heard()
        .filter(heard -> heard.what() != Heard.What.WHOLE)
        .ifPresent(heard -> found(Verdict.FAIL, "it took for an answer what is " + heard));
  }

  /** The call ended with an error. */
  void error(Call call) {
    if (call.isOverdue()) {
      found(Verdict.FAIL, "it did not end by itself");
    } else if (call.failure().isEmpty()) {
      found(Verdict.FAIL, "it took for an answer what is " + call.heard().orElseThrow());
    }
  }

  /** The call ended with the vendor's whole answer; another's is only half of it. */
  void wholeBy(Call call, Vendor vendor) {
    whole(call);
    call.heard()
        .flatMap(Heard::vendor)
        .filter(name -> !name.equals(vendor.name()))
        .ifPresent(name -> found(Verdict.PARTIAL, "it was answered by " + name));
  }

  void within(Call call, Duration most) {
    Duration limit = scaled(most).plus(SLACK);
    must(call.took().compareTo(limit) <= 0, "it took " + seconds(call.took()));
  }

  boolean longerThan(Call call, Duration least) {
    return call.took().compareTo(scaled(least)) >= 0;
  }

  void must(boolean holds, String otherwise) {
    if (!holds) {
      found(Verdict.FAIL, otherwise);
    }
  }

  void should(boolean holds, String otherwise) {
    if (!holds) {
      found(Verdict.PARTIAL, otherwise);
    }
  }

  private void found(Verdict worse, String what) {
    verdict = verdict.worse(worse);
    wrong.merge(what, 1, Integer::sum);
  }

  // What came of it

  Cell cell() {
    List<String> unreached = new ArrayList<>(a.unreached());
    unreached.addAll(b.unreached());
    if (asked(a) == 0) {
      unreached.add("no request came to " + a.name());
    }
    if (!unreached.isEmpty()) {
      verdict = Verdict.NOT_REACHED;
      wrong.clear();
      unreached.forEach(what -> wrong.put(what, 1));
    }
    Timeline timeline = Timeline.of(calls, attempts, List.of(a, b));
    return new Cell(scenario, verdict, sentence(), a.told(), timeline);
  }

  private String sentence() {
    return wrong.entrySet().stream()
        .map(each -> each.getKey() + (each.getValue() > 1 ? ", " + each.getValue() + " times" : ""))
        .collect(Collectors.joining("; "));
  }

  private Duration scaled(Duration time) {
    return Duration.ofNanos(Math.round(time.toNanos() * pace));
  }

  private static String name(Throwable failure) {
    return failure.getClass().getSimpleName();
  }

  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f s", time.toNanos() / 1e9);
  }
}
