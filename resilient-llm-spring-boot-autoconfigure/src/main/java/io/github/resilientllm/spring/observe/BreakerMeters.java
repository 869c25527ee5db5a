package io.github.resilientllm.spring.observe;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.spring.LlmClients;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** How the targets of all policies stand. */
final class BreakerMeters implements MeterBinder {
  private final Supplier<LlmClients> clients;

  BreakerMeters(Supplier<LlmClients> clients) {
    this.clients = clients;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    LlmClients all = clients.get();
    for (String policy : all.policies()) {
      ResilientLlm client = all.resilient(policy);
      List<Target.State> targets = client.targets();
      for (int i = 0; i < targets.size(); i++) {
        bind(registry, policy, client, i, targets.get(i).name());
      }
    }
  }

  private static void bind(
      MeterRegistry registry, String policy, ResilientLlm client, int place, String target) {
    Tags tags = Tags.of(MeterTags.POLICY, policy, MeterTags.TARGET, target);
    for (BreakerState state : BreakerState.values()) {
      gauge(
          registry,
          "resilient.llm.circuitbreaker.state",
          "1 for the state that the circuit breaker is in",
          tags.and("state", MeterTags.lower(state)),
          client,
          all -> all.targets().get(place).breaker() == state ? 1 : 0);
    }
    gauge(
        registry,
        "resilient.llm.circuitbreaker.forced",
        "1 while the circuit breaker is forced to be in its state",
        tags,
        client,
        all -> all.targets().get(place).forced() ? 1 : 0);
    gauge(
        registry,
        "resilient.llm.circuitbreaker.failure.share",
        "Failures among the attempts in the circuit breaker's window, 0 to 1",
        tags,
        client,
        all -> all.targets().get(place).failureShare());
    gauge(
        registry,
        "resilient.llm.retry.tokens",
        "What is left of the retry budget",
        tags,
        client,
        all -> all.targets().get(place).retryTokens());
  }

  private static void gauge(
      MeterRegistry registry,
      String name,
      String description,
      Tags tags,
      ResilientLlm client,
      ToDoubleFunction<ResilientLlm> value) {
    Gauge.builder(name, client, value).description(description).tags(tags).register(registry);
  }
}
