package io.github.resilientllm.spring.observe;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.LlmClientCustomizer;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.internal.LastResortListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.ResourceLoader;

/** Auto-configures the meters of calls, targets, the journal and the outbox. */
@AutoConfiguration(
    afterName = {
      "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration",
      "io.github.resilientllm.spring.boot.LlmOutboxAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({MeterRegistry.class, LlmClients.class})
@EnableConfigurationProperties(ObservabilityProperties.class)
public final class MetricsAutoConfiguration {

  @Bean
  CallListenerFactory resilientLlmMeters(
      MeterRegistry registry,
      ObjectProvider<LlmClients> clients,
      ObservabilityProperties properties,
      ResourceLoader resources) {
    boolean emitsGenAi = properties.emitsGenAi(classes(resources));
    CallerTags tags = new CallerTags(properties.tags()); // one bound for all policies
    return policy -> {
      PolicyTargets targets = new PolicyTargets(policy, clients::getObject);
      return new MeterListener(
          targets,
          new CallMeters(registry, policy, tags),
          tags,
          emitsGenAi ? new GenAiMeters(registry, targets) : null);
    };
  }

  @Bean
  BreakerMeters resilientLlmBreakerMeters(ObjectProvider<LlmClients> clients) {
    return new BreakerMeters(clients::getObject);
  }

  @Bean
  LastResortListener resilientLlmLastResortMeters(MeterRegistry registry) {
    return new LastResortMeters(registry);
  }

  /** Where there is an outbox. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean({LlmOutbox.class, OutboxStore.class})
  static final class OfOutbox {
    @Bean
    OutboxGauges resilientLlmOutboxGauges(OutboxStore store, ObjectProvider<LlmOutbox> outbox) {
      return new OutboxGauges(store, outbox::getObject);
    }

    @Bean
    OutboxMeters resilientLlmOutboxMeters(MeterRegistry registry) {
      return new OutboxMeters(registry);
    }
  }

  /** Before any customizer of the application, which may set a journal of its own. */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  LlmClientCustomizer resilientLlmJournalMeters(
      MeterRegistry registry, ObjectProvider<Journal> journals) {
    Journal journal = journals.getIfUnique();
    Journal metered = journal == null ? null : new MeteredJournal(journal, registry);
    return (policy, client) -> {
      if (metered != null) {
        client.journal(metered);
      }
    };
  }

  @Bean
  static MeterFilter resilientLlmGenAiBuckets() {
    return new GenAiBuckets();
  }

  static ClassLoader classes(ResourceLoader resources) {
    @Nullable ClassLoader classes = resources.getClassLoader();
    return classes == null ? MetricsAutoConfiguration.class.getClassLoader() : classes;
  }
}
