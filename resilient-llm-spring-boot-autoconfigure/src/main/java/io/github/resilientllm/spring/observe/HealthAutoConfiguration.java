package io.github.resilientllm.spring.observe;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.spring.LlmClients;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configures the clients' health, where either line of Boot has it. */
@AutoConfiguration(
    afterName = {
      "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration",
      "io.github.resilientllm.spring.boot.LlmOutboxAutoConfiguration"
    },
    beforeName = {
      "org.springframework.boot.actuate.autoconfigure.health.HealthContributorAutoConfiguration",
      "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration"
    })
@ConditionalOnBean(LlmClients.class)
public final class HealthAutoConfiguration {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(org.springframework.boot.actuate.health.HealthIndicator.class)
  @EnableConfigurationProperties(HealthProperties.class)
  static final class OnBoot3 {
    @Bean
    @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator(
        "resilient-llm")
    @ConditionalOnMissingBean(name = "resilientLlmHealthIndicator")
    Boot3Health resilientLlmHealthIndicator(LlmClients clients, HealthProperties properties) {
      return new Boot3Health(health(clients, properties));
    }

    @Bean
    @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator(
        "resilient-llm-journal")
    @ConditionalOnSingleCandidate(Journal.class)
    @ConditionalOnMissingBean(name = "resilientLlmJournalHealthIndicator")
    Boot3Health resilientLlmJournalHealthIndicator(Journal journal) {
      return new Boot3Health(new JournalHealth(journal, PATIENCE));
    }

    @Bean
    @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator(
        "resilient-llm-outbox")
    @ConditionalOnSingleCandidate(OutboxStore.class)
    @ConditionalOnMissingBean(name = "resilientLlmOutboxHealthIndicator")
    Boot3Health resilientLlmOutboxHealthIndicator(OutboxStore store) {
      return new Boot3Health(new OutboxHealth(store, InstantSource.system(), PATIENCE));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(org.springframework.boot.health.contributor.HealthIndicator.class)
  @EnableConfigurationProperties(HealthProperties.class)
  static final class OnBoot4 {
    @Bean
    @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(
        "resilient-llm")
    @ConditionalOnMissingBean(name = "resilientLlmHealthIndicator")
    Boot4Health resilientLlmHealthIndicator(LlmClients clients, HealthProperties properties) {
      return new Boot4Health(health(clients, properties));
    }

    @Bean
    @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(
        "resilient-llm-journal")
    @ConditionalOnSingleCandidate(Journal.class)
    @ConditionalOnMissingBean(name = "resilientLlmJournalHealthIndicator")
    Boot4Health resilientLlmJournalHealthIndicator(Journal journal) {
      return new Boot4Health(new JournalHealth(journal, PATIENCE));
    }

    @Bean
    @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(
        "resilient-llm-outbox")
    @ConditionalOnSingleCandidate(OutboxStore.class)
    @ConditionalOnMissingBean(name = "resilientLlmOutboxHealthIndicator")
    Boot4Health resilientLlmOutboxHealthIndicator(OutboxStore store) {
      return new Boot4Health(new OutboxHealth(store, InstantSource.system(), PATIENCE));
    }
  }

  private static ClientHealth health(LlmClients clients, HealthProperties properties) {
    return new ClientHealth(clients, properties.statusWhenExhausted(), InstantSource.system());
  }
}
