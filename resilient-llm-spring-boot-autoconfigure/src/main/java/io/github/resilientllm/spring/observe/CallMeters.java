package io.github.resilientllm.spring.observe;

import static io.github.resilientllm.spring.observe.MeterTags.ERROR_TYPE;
import static io.github.resilientllm.spring.observe.MeterTags.OUTCOME;
import static io.github.resilientllm.spring.observe.MeterTags.POLICY;
import static io.github.resilientllm.spring.observe.MeterTags.TARGET;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;

/** The meters {@code resilient.llm.*} of one policy's calls. */
final class CallMeters {
  final MeterFamily<Timer> operation;
  final MeterFamily<Timer> attempt;
  final MeterFamily<Timer> firstToken;
  final MeterFamily<Timer> retryDelay;
  final MeterFamily<Counter> calls;
  final MeterFamily<Counter> fallback;
  final MeterFamily<Counter> hedge;
  final MeterFamily<Counter> skipped;
  final MeterFamily<Counter> notPermitted;
  final MeterFamily<Counter> tokens;
  final MeterFamily<Counter> withoutJournal;

  CallMeters(MeterRegistry registry, String policy, CallerTags tags) {
    Tags common = Tags.of(POLICY, policy);
    operation =
        timers(
            registry,
            common,
            "resilient.llm.operation",
            "Calls from their start to their end, whatever was tried in between",
            keys(tags));
    attempt =
        timers(
            registry,
            common,
            "resilient.llm.attempt",
            "Attempts at a target, from their start to their end",
            TARGET,
            "kind",
            OUTCOME,
            ERROR_TYPE);
    firstToken =
        timers(
            registry,
            common,
            "resilient.llm.first.token",
            "Time from an attempt's start to its first content, where it is streamed",
            TARGET);
    retryDelay =
        timers(
            registry,
            common,
            "resilient.llm.retry.delay",
            "Waits before a retry",
            TARGET,
            "source");
    calls =
        counters(
            registry,
            common,
            "resilient.llm.calls",
            "Calls by success and by whether they needed a retry",
            "kind");
    fallback =
        counters(
            registry,
            common,
            "resilient.llm.fallback",
            "Moves of a call from one target to another",
            "from",
            "to",
            "reason");
    hedge =
        counters(
            registry,
            common,
            "resilient.llm.hedge",
            "Second attempts beside a slow one",
            TARGET,
            "result");
    skipped =
        counters(
            registry,
            common,
            "resilient.llm.skipped",
            "Targets that a call passed over without an attempt",
            TARGET,
            ERROR_TYPE);
    notPermitted =
        counters(
            registry,
            common,
            "resilient.llm.circuitbreaker.not.permitted.calls",
            "Attempts that an open circuit breaker did not let through",
            TARGET);
    tokens =
        counters(
            registry,
            common,
            "resilient.llm.tokens",
            "Tokens that vendors counted, by whether the answer was delivered",
            TARGET,
            "type",
            "use");
    withoutJournal =
        counters(
            registry,
            common,
            "resilient.llm.journal.lost",
            "Calls of conversations that went on without their journal");
  }

  private static String[] keys(CallerTags tags) {
    List<String> keys = new ArrayList<>(List.of("served.by", OUTCOME, ERROR_TYPE));
    keys.addAll(tags.names());
    return keys.toArray(String[]::new);
  }

  private static MeterFamily<Timer> timers(
      MeterRegistry registry, Tags common, String name, String description, String... keys) {
    return new MeterFamily<>(
        common,
        tags -> Timer.builder(name).description(description).tags(tags).register(registry),
        keys);
  }

  private static MeterFamily<Counter> counters(
      MeterRegistry registry, Tags common, String name, String description, String... keys) {
    return new MeterFamily<>(
        common,
        tags -> Counter.builder(name).description(description).tags(tags).register(registry),
        keys);
  }
}
