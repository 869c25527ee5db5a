package io.github.resilientllm.spring.observe;

import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.LlmClients;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/** Auto-configures the application events about circuit breakers. */
@AutoConfiguration(afterName = "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration")
@ConditionalOnBean(LlmClients.class)
public final class BreakerEventsAutoConfiguration {

  @Bean
  CallListenerFactory resilientLlmBreakerEvents(
      ObjectProvider<LlmClients> clients, ApplicationEventPublisher application) {
    BreakerEvents events = new BreakerEvents(clients::getObject, application);
    return policy -> events;
  }
}
