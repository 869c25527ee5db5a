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
  @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator(
      "resilient-llm")
  @EnableConfigurationProperties(HealthProperties.class)
  static final class OnBoot3 {
    @Bean
    @ConditionalOnMissingBean(name = "resilientLlmHealthIndicator")
    Boot3Health resilientLlmHealthIndicator(LlmClients clients, HealthProperties properties) {
      return new Boot3Health(health(clients, properties));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(org.springframework.boot.health.contributor.HealthIndicator.class)
  @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(
      "resilient-llm")
  @EnableConfigurationProperties(HealthProperties.class)
  static final class OnBoot4 {
    @Bean
    @ConditionalOnMissingBean(name = "resilientLlmHealthIndicator")
    Boot4Health resilientLlmHealthIndicator(LlmClients clients, HealthProperties properties) {
      return new Boot4Health(health(clients, properties));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(org.springframework.boot.actuate.health.HealthIndicator.class)
  @ConditionalOnSingleCandidate(Journal.class)
  @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator(
      "resilient-llm-journal")
  static final class JournalOnBoot3 {
    @Bean
    @ConditionalOnMissingBean(name = "resilientLlmJournalHealthIndicator")
    Boot3Health resilientLlmJournalHealthIndicator(Journal journal) {
      return new Boot3Health(new JournalHealth(journal, PATIENCE));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(org.springframework.boot.health.contributor.HealthIndicator.class)
  @ConditionalOnSingleCandidate(Journal.class)
  @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(
      "resilient-llm-journal")
  static final class JournalOnBoot4 {
    @Bean
    @ConditionalOnMissingBean(name = "resilientLlmJournalHealthIndicator")
    Boot4Health resilientLlmJournalHealthIndicator(Journal journal) {
      return new Boot4Health(new JournalHealth(journal, PATIENCE));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(org.springframework.boot.actuate.health.HealthIndicator.class)
  @ConditionalOnSingleCandidate(OutboxStore.class)
  @org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator(
      "resilient-llm-outbox")
  static final class OutboxOnBoot3 {
    @Bean
    @ConditionalOnMissingBean(name = "resilientLlmOutboxHealthIndicator")
    Boot3Health resilientLlmOutboxHealthIndicator(OutboxStore store) {
      return new Boot3Health(new OutboxHealth(store, InstantSource.system(), PATIENCE));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(org.springframework.boot.health.contributor.HealthIndicator.class)
  @ConditionalOnSingleCandidate(OutboxStore.class)
  @org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator(
      "resilient-llm-outbox")
  static final class OutboxOnBoot4 {
    @Bean
    @ConditionalOnMissingBean(name = "resilientLlmOutboxHealthIndicator")
    Boot4Health resilientLlmOutboxHealthIndicator(OutboxStore store) {
      return new Boot4Health(new OutboxHealth(store, InstantSource.system(), PATIENCE));
    }
  }

  private static ClientHealth health(LlmClients clients, HealthProperties properties) {
    return new ClientHealth(clients, properties.statusWhenExhausted(), InstantSource.system());
  }
}
