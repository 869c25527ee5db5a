package io.github.resilientllm.spring.observe;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.spring.LlmBreakerChanged;
import io.github.resilientllm.spring.LlmClients;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells the application of its targets' circuit breakers. Each client that asks a target hears of
 * its breaker; what the first one tells is passed on.
 */
final class BreakerEvents implements CallListener {
  private final Supplier<LlmClients> clients;
  private final ApplicationEventPublisher application;

  BreakerEvents(Supplier<LlmClients> clients, ApplicationEventPublisher application) {
    this.clients = clients;
    this.application = application;
  }

  @Override
  public void on(CallEvent event) {
    if (event instanceof CallEvent.BreakerChanged changed) {
      tell(changed);
    }
  }

  private void tell(CallEvent.BreakerChanged changed) {
    List<String> askers = Askers.of(changed.target(), clients.get());
    if (!changed.policy().equals(askers.stream().findFirst())) {
      return;
    }
    application.publishEvent(
        new LlmBreakerChanged(changed.target(), changed.from(), changed.to(), askers));
  }
}
