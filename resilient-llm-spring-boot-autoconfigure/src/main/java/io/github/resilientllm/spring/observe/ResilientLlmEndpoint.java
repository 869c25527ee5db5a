package io.github.resilientllm.spring.observe;

import io.github.resilientllm.spring.LlmClients;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/** The policies, what a call by each can cost, and how their targets stand. Asks no vendor. */
@Endpoint(id = "resilientllm", defaultAccess = Access.READ_ONLY)
final class ResilientLlmEndpoint {
  private final LlmClients clients;
  private final InstantSource clock;

  ResilientLlmEndpoint(LlmClients clients, InstantSource clock) {
    this.clients = clients;
    this.clock = clock;
  }

  /** All policies. */
  @ReadOperation
  Map<String, Object> policies() {
    Instant now = clock.instant();
    Map<String, Object> policies = new LinkedHashMap<>();
    for (String policy : clients.policies()) {
      policies.put(policy, ClientView.policy(clients, policy, now));
    }
    return Map.of("policies", policies);
  }

  /** One policy; null, which is a 404, if there is none of that name. */
  @ReadOperation
  @Nullable Map<String, Object> policy(@Selector String policy) {
    return clients.policies().contains(policy)
        ? ClientView.policy(clients, policy, clock.instant())
        : null;
  }
}
