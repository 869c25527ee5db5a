package io.github.resilientllm.spring.internal;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.LlmClients;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The clients by policy, each behind a {@link ScopedClient}. */
public final class ClientRegistry implements LlmClients {
  private final Map<String, ResilientLlm> clients;
  private final String defaultPolicy;
  private final CallSteps steps;

  /**
   * Creates a registry.
   *
   * @param clients by policy, in their order
   * @param defaultPolicy one of them
   */
  public ClientRegistry(Map<String, ResilientLlm> clients, String defaultPolicy) {
    this(clients, defaultPolicy, () -> null);
  }

  /**
   * Creates a registry.
   *
   * @param clients by policy, in their order
   * @param defaultPolicy one of them
   * @param surroundings of their calls, looked up at each; null for none
   */
  public ClientRegistry(
      Map<String, ResilientLlm> clients,
      String defaultPolicy,
      Supplier<@Nullable Surroundings> surroundings) {
    this.steps = new CallSteps(surroundings);
    this.clients = Collections.unmodifiableMap(new LinkedHashMap<>(clients));
    this.defaultPolicy = defaultPolicy;
    resilient(defaultPolicy);
  }

  @Override
  public Set<String> policies() {
    return clients.keySet();
  }

  @Override
  public String defaultPolicy() {
    return defaultPolicy;
  }

  @Override
  public LlmClient client() {
    return new ScopedClient(this, defaultPolicy, true, steps);
  }

  @Override
  public LlmClient client(String policy) {
    resilient(policy);
    return new ScopedClient(this, policy, false, steps);
  }

  @Override
  public ResilientLlm resilient(String policy) {
    ResilientLlm client = clients.get(policy);
    if (client != null) {
      return client;
    }
    return Names.find(policy, clients.keySet())
        .map(clients::get)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no policy \"" + policy + "\"; there are " + clients.keySet()));
  }

  @Override
  public String toString() {
    return "LlmClients" + clients.keySet();
  }
}
