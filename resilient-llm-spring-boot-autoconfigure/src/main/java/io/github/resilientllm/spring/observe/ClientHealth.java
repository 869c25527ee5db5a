package io.github.resilientllm.spring.observe;

import io.github.resilientllm.spring.LlmClients;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What there is to say of the clients' health, in the words of either line of Boot. Asks no vendor.
 *
 * <p>A vendor's outage is not the application's: it is UP unless it says that a policy without any
 * target is worse than that.
 */
record ClientHealth(LlmClients clients, WhenExhausted whenExhausted, InstantSource clock)
    implements HealthView {

  @Override
  public Said now() {
    return new Said(status(), details());
  }

  /** The code of the status: UP, unless a policy has no target that takes calls. */
  private String status() {
    boolean exhausted =
        clients.policies().stream().map(clients::resilient).anyMatch(ClientView::isExhausted);
    return (exhausted ? whenExhausted : WhenExhausted.UP).name();
  }

  /** The policies with their targets. */
  private Map<String, Object> details() {
    Instant now = clock.instant();
    Map<String, Object> details = new LinkedHashMap<>();
    for (String policy : clients.policies()) {
      details.put(policy, Map.of("targets", ClientView.targets(clients.resilient(policy), now)));
    }
    return details;
  }
}
