package io.github.resilientllm.spring.boot;

import static io.github.resilientllm.spring.boot.LlmOutboxAutoConfiguration.AT;

import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.postgres.PostgresException;
import io.github.resilientllm.postgres.PostgresOutbox;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.boot.OutboxProperties.OutboxPostgresProperties;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/** The outbox in the application's PostgreSQL, and in its transactions. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBean(LlmClients.class)
@ConditionalOnProperty(name = AT + ".type", havingValue = "postgres")
final class PostgresOutboxConfiguration {
  private static final ApplicationPostgres POSTGRES = new ApplicationPostgres(AT);

  /** What is asked for is not on the class path. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingClass("io.github.resilientllm.postgres.PostgresOutbox")
  @ConditionalOnMissingBean(OutboxStore.class)
  static final class Missing {
    @Bean
    @SuppressWarnings("DoNotCallSuggester") // Spring calls it, to say so
    OutboxStore resilientLlmOutboxStore() {
      throw POSTGRES.noModule();
    }
  }

  /** On the one DataSource, or the primary one. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({PostgresOutbox.class, DataSource.class})
  @ConditionalOnMissingBean(OutboxStore.class)
  static final class OnDataSource {

    /** Closed when the outbox that uses it has ended, and before the DataSource is. */
    @Bean
    @DependsOnDatabaseInitialization
    PostgresOutbox resilientLlmOutboxStore(
        ResilientLlmProperties properties, ObjectProvider<DataSource> sources) {
      DataSource source = POSTGRES.source(sources);
      OutboxPostgresProperties postgres = properties.outbox().postgres();
      PostgresOutbox store = store(source, properties.outbox());
      try {
        POSTGRES.prepare(source, postgres.initializeSchema(), postgres.schema());
        store.check();
        return store;
      } catch (PostgresException | OutboxException e) {
        store.close();
        throw POSTGRES.unusable(e);
      }
    }

    private static PostgresOutbox store(DataSource source, OutboxProperties outbox) {
      OutboxPostgresProperties postgres = outbox.postgres();
      try {
        PostgresOutbox.Builder store =
            PostgresOutbox.builder(source)
                .remembersDone(outbox.rememberDone())
                .serverPatience(postgres.serverPatience())
                .threads(postgres.threads());
        if (hasTransactions()) {
          store.transaction(InTransaction.of(source));
        }
        if (postgres.schema() != null) {
          store.schema(postgres.schema());
        }
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
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw PropertyWords.wrong(AT, e);
      }
    }

    private static boolean hasTransactions() {
      return ClassUtils.isPresent(
          "org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy",
          PostgresOutboxConfiguration.class.getClassLoader());
    }
  }

  /** The transaction that Spring has bound to a thread. Loaded only where spring-jdbc is there. */
  static final class InTransaction {
    private InTransaction() {}

    /** A handle of the connection of the thread's transaction; null if it is in none. */
    static Supplier<@Nullable Connection> of(DataSource source) {
      DataSource own =
          source instanceof TransactionAwareDataSourceProxy proxy
                  && proxy.getTargetDataSource() != null
              ? proxy.getTargetDataSource()
              : source;
      TransactionAwareDataSourceProxy handles = new TransactionAwareDataSourceProxy(own);
      return () -> {
        if (!TransactionSynchronizationManager.isActualTransactionActive()
            || !TransactionSynchronizationManager.hasResource(own)) {
          return null;
        }
        try {
          return handles.getConnection();
        } catch (SQLException e) {
          throw new DataAccessResourceFailureException("The transaction has no connection", e);
        }
      };
    }
  }
}
