package io.github.resilientllm.spring.observe;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.LlmClientCustomizer;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** An application's clients over scripted vendors, with what the context adds to them. */
final class Desk {
  private final Map<String, ScriptedProvider> vendors = new LinkedHashMap<>();
  private Consumer<ResilientLlm.Builder> settings =
      client -> client.retry(Retry.upTo(2).withDelay(Duration.ofMillis(1), Duration.ofMillis(1)));
  private @Nullable Journal journal;

  /** Adds a vendor that follows a script in each attempt, the last one again and again. */
  Desk vendor(String name, Script... scripts) {
    vendors.put(name, ScriptedProvider.of(name, Time.system(), scripts));
    return this;
  }

  Desk with(Consumer<ResilientLlm.Builder> more) {
    settings = settings.andThen(more);
    return this;
  }

  Desk opensAtOnce() {
    return with(client -> client.retry(Retry.none()).breaker(Breaker.opensAfter(1, 2)));
  }

  Desk journal(Journal keeps) {
    journal = keeps;
    return this;
  }

  @Nullable Journal journal() {
    return journal;
  }

  LlmClients clients(
      ObjectProvider<CallListenerFactory> factories,
      ObjectProvider<LlmClientCustomizer> customizers) {
    List<Target> targets =
        vendors.entrySet().stream()
            .map(vendor -> Target.of(vendor.getValue()).named(vendor.getKey() + "-target"))
            .toList();
    ResilientLlm.Builder client = ResilientLlm.with(targets.get(0)).policy("support");
    targets.stream().skip(1).forEach(client::fallback);
    settings.accept(client);
    if (journal != null) {
      client.journal(journal);
    }
    factories.orderedStream().forEach(factory -> client.listener(factory.listener("support")));
    customizers.orderedStream().forEach(customizer -> customizer.customize("support", client));
    return new ClientRegistry(Map.of("support", client.build()), "support");
  }
}
