package io.github.resilientllm.spring.boot;

import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.policy.Draining;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import io.github.resilientllm.spring.outbox.HandledOutbox;
import io.github.resilientllm.spring.outbox.LlmHandlerConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Auto-configures the outbox, if the application says where work waits, or has a store. */
@AutoConfiguration(after = ResilientLlmAutoConfiguration.class)
@ConditionalOnProperty(
    prefix = "resilient-llm",
    name = {"enabled", "outbox.enabled"},
    matchIfMissing = true)
@Import({PostgresOutboxConfiguration.class, LlmHandlerConfiguration.class})
public final class LlmOutboxAutoConfiguration {
  static final String AT = "resilient-llm.outbox";
  private static final Duration SHUTDOWN = Duration.ofSeconds(30); // Boot's own default

  /** In files. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean(LlmClients.class)
  @ConditionalOnProperty(AT + ".directory")
  @ConditionalOnProperty(name = AT + ".type", havingValue = "file", matchIfMissing = true)
  @ConditionalOnMissingBean(OutboxStore.class)
  static final class InFiles {

    /** Closed when the outbox that uses it has ended. */
    @Bean
    FileOutbox resilientLlmOutboxStore(ResilientLlmProperties properties) {
      OutboxProperties outbox = properties.outbox();
      Path directory = outbox.directory();
      if (directory == null || directory.toString().isBlank()) {
        throw new SetupException(AT + ".directory is blank.", "Set it to a directory.");
      }
      JournalConfiguration.checkWritable(AT, directory.toAbsolutePath());
      try {
        return store(directory, outbox);
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw PropertyWords.wrong(AT, e);
      }
    }

    private static FileOutbox store(Path directory, OutboxProperties outbox) {
      FileOutbox.Builder store = FileOutbox.builder(directory).remembersDone(outbox.rememberDone());
      if (outbox.maxItems() != null) {
        store.maxItems(outbox.maxItems());
      }
      if (outbox.maxSize() != null) {
        store.maxBytes(outbox.maxSize().toBytes());
      }
      if (outbox.maxItemSize() != null) {
        store.maxItemBytes(Math.toIntExact(outbox.maxItemSize().toBytes()));
      }
      return store.build();
    }
  }

  @Bean
  @ConditionalOnBean({OutboxStore.class, LlmClients.class})
  @ConditionalOnMissingBean(LlmOutbox.class)
  HandledOutbox resilientLlmOutbox(
      ConfigurableListableBeanFactory beans,
      LlmClients clients,
      OutboxStore store,
      ResilientLlmProperties properties,
      Environment environment) {
    OutboxProperties outbox = properties.outbox();
    Duration phase =
        environment.getProperty(
            "spring.lifecycle.timeout-per-shutdown-phase", Duration.class, SHUTDOWN);
    return new HandledOutbox(
        beans,
        Outbox.with(client(clients, outbox.policy())).store(store).draining(draining(outbox)),
        outbox.drain(),
        phase.multipliedBy(3).dividedBy(4)); // what it interrupts then can still note where it is
  }

  private static ResilientLlm client(LlmClients clients, @Nullable String policy) {
    String name = policy == null ? clients.defaultPolicy() : policy;
    if (Names.find(name, clients.policies()).isEmpty()) {
      throw new SetupException(
          AT + ".policy is " + name + ", and there is no such policy.",
          Nearest.advice(name, "policies", clients.policies()));
    }
    return clients.resilient(name);
  }

  private static Draining draining(OutboxProperties outbox) {
    try {
      return Draining.standard()
          .withAttempts(outbox.attempts())
          .withHandlings(outbox.handlings())
          .withMaxAge(outbox.maxAge())
          .withMaxInFlight(outbox.maxInFlight())
          .withMaxHandling(outbox.maxHandling())
          .withHandlerTimeout(outbox.handlerTimeout());
    } catch (IllegalArgumentException e) {
      throw PropertyWords.wrong(AT, e);
    }
  }
}
