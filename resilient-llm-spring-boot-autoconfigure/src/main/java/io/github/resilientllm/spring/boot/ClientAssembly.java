package io.github.resilientllm.spring.boot;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.spring.LlmClientCustomizer;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.CallListenerFactory;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.spring.internal.SetupException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes the clients of all policies.
 *
 * @param journal null for none
 * @param listeners of every client
 * @param factories of listeners of each client
 * @param customizers in their order
 */
record ClientAssembly(
    Executor executor,
    @Nullable Journal journal,
    List<CallListener> listeners,
    List<CallListenerFactory> factories,
    List<LlmClientCustomizer> customizers) {

  /**
   * The clients.
   *
   * @throws SetupException if something is set up wrongly
   */
  LlmClients clients(Map<String, Target> targets, ResilientLlmProperties properties) {
    PolicyTree policies = new PolicyTree(properties.policies(), List.copyOf(targets.keySet()));
    String defaultPolicy = policies.defaultPolicy(properties.defaultPolicy());
    Map<String, ResilientLlm> clients = new LinkedHashMap<>();
    policies
        .settings()
        .forEach((name, settings) -> clients.put(name, client(name, settings, targets)));
    return new ClientRegistry(clients, defaultPolicy);
  }

  private ResilientLlm client(String policy, PolicySettings settings, Map<String, Target> targets) {
    List<Target> chain =
        settings.targets().stream().map(name -> Objects.requireNonNull(targets.get(name))).toList();
    ResilientLlm.Builder client = ResilientLlm.with(chain.get(0));
    chain.stream().skip(1).forEach(client::fallback);
    settings.configure(client);
    client.executor(executor);
    if (journal != null) {
      client.journal(journal);
    }
    listeners.forEach(client::listener);
    factories.forEach(factory -> client.listener(factory.listener(policy)));
    customizers.forEach(customizer -> customizer.customize(policy, client));
    try {
      return client.build();
    } catch (IllegalArgumentException e) {
      throw new SetupException(
          "The settings of %s contradict each other: %s."
              .formatted(PolicyTree.at(policy), Words.properties(String.valueOf(e.getMessage()))),
          "Change one of them; a setting that is not there comes from the base policy, from the"
              + " library's defaults or from an LlmClientCustomizer.");
    }
  }
}
