package io.github.resilientllm.spring.observe;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.spring.LlmBreakerChanged;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.CallListenerFactory;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells the application of its targets' circuit breakers. Each client that asks a target hears of
 * its breaker; the first one's listener passes it on.
 */
final class BreakerEvents implements CallListenerFactory {
  private final Supplier<LlmClients> clients;
  private final ApplicationEventPublisher application;

  BreakerEvents(Supplier<LlmClients> clients, ApplicationEventPublisher application) {
    this.clients = clients;
    this.application = application;
  }

  @Override
  public CallListener listener(String policy) {
    return event -> {
      if (event instanceof CallEvent.BreakerChanged changed) {
        tell(policy, changed);
      }
    };
  }

  private void tell(String policy, CallEvent.BreakerChanged changed) {
    List<String> askers = Askers.of(changed.target(), clients.get());
    if (askers.isEmpty() || !askers.get(0).equals(policy)) {
      return;
    }
    application.publishEvent(
        new LlmBreakerChanged(changed.target(), changed.from(), changed.to(), askers));
  }
}
