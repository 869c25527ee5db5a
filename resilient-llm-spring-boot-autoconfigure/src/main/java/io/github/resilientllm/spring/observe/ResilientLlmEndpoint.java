package io.github.resilientllm.spring.observe;

import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmTargetReset;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.context.ApplicationEventPublisher;

/**
 * The policies, what a call by each can cost, and how their targets stand. Asks no vendor.
 * Resetting a target needs the endpoint's access to be unrestricted.
 */
@Endpoint(id = "resilientllm", defaultAccess = Access.READ_ONLY)
final class ResilientLlmEndpoint {
  private final LlmClients clients;
  private final InstantSource clock;
  private final ApplicationEventPublisher application;

  ResilientLlmEndpoint(
      LlmClients clients, InstantSource clock, ApplicationEventPublisher application) {
    this.clients = clients;
    this.clock = clock;
    this.application = application;
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

  /** Takes a target back into service at once, for all policies that ask it. */
  @WriteOperation
  Map<String, Object> reset(String target) {
    List<String> askers = Askers.of(target, clients);
    if (askers.isEmpty()) {
      throw new InvalidEndpointRequestException(
          "No policy asks a target named \"" + target + "\"", "There is no such target");
    }
    askers.forEach(policy -> clients.resilient(policy).reset(target));
    application.publishEvent(new LlmTargetReset(target, askers));
    return Map.of("target", target, "policies", askers);
  }
}
