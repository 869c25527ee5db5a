package io.github.resilientllm.spring.observe;

import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmOutbox;
import java.time.InstantSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configures the actuator's endpoints; what is not exposed costs nothing. */
@AutoConfiguration(
    afterName = {
      "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration",
      "io.github.resilientllm.spring.boot.LlmOutboxAutoConfiguration"
    })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(LlmClients.class)
public final class EndpointAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnAvailableEndpoint
  ResilientLlmEndpoint resilientLlmEndpoint(
      LlmClients clients, ApplicationEventPublisher application) {
    return new ResilientLlmEndpoint(clients, InstantSource.system(), application);
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnBean(LlmOutbox.class)
  @ConditionalOnAvailableEndpoint
  ResilientLlmOutboxEndpoint resilientLlmOutboxEndpoint(LlmOutbox outbox) {
    return new ResilientLlmOutboxEndpoint(outbox, InstantSource.system());
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnAvailableEndpoint(endpoint = ResilientLlmEventsEndpoint.class)
  @EnableConfigurationProperties(ObservabilityProperties.class)
  static final class Events {
    @Bean
    EventLog resilientLlmEventLog(ObservabilityProperties properties) {
      return new EventLog(properties.events(), InstantSource.system());
    }

    @Bean
    CallListenerFactory resilientLlmEventListener(EventLog log) {
      return policy -> log;
    }

    @Bean
    @ConditionalOnMissingBean
    ResilientLlmEventsEndpoint resilientLlmEventsEndpoint(EventLog log) {
      return new ResilientLlmEventsEndpoint(log);
    }
  }
}
