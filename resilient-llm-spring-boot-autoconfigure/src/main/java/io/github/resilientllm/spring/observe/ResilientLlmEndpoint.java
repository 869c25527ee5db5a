package io.github.resilientllm.spring.observe;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmTargetForced;
import io.github.resilientllm.spring.LlmTargetReset;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.context.ApplicationEventPublisher;

/**
 * The policies, what a call by each can cost, and how their targets stand. Asks no vendor. Changing
 * how a target stands needs the endpoint's access to be unrestricted.
 */
// Framework's annotation, for Boot 3.5 knows an optional parameter by no other.
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

  /**
   * Changes how a target stands, for all policies that ask it.
   *
   * @param operation {@code force-open} takes it out of service and {@code force-closed} keeps it
   *     there, until {@code reset}, the default, takes it back into service at once
   */
  @WriteOperation
  Map<String, Object> change(String target, @org.springframework.lang.Nullable String operation) {
    String what = operation == null ? "reset" : operation;
    return switch (what) {
      case "reset" ->
          changed(
              target,
              what,
              client -> client.reset(target),
              policies -> new LlmTargetReset(target, policies));
      case "force-open" ->
          changed(
              target,
              what,
              client -> client.forceOpen(target),
              policies -> new LlmTargetForced(target, BreakerState.OPEN, policies));
      case "force-closed" ->
          changed(
              target,
              what,
              client -> client.forceClosed(target),
              policies -> new LlmTargetForced(target, BreakerState.CLOSED, policies));
      default ->
          throw new InvalidEndpointRequestException(
              "There is no operation \""
                  + what
                  + "\"; there are reset, force-open and force-closed",
              "There is no such operation");
    };
  }

  private Map<String, Object> changed(
      String target,
      String operation,
      Consumer<ResilientLlm> change,
      Function<List<String>, Object> event) {
    List<String> askers = Askers.of(target, clients);
    if (askers.isEmpty()) {
      throw new InvalidEndpointRequestException(
          "No policy asks a target named \"" + target + "\"", "There is no such target");
    }
    askers.forEach(policy -> change.accept(clients.resilient(policy)));
    application.publishEvent(event.apply(askers));
    return Map.of("target", target, "operation", operation, "policies", askers);
  }
}
