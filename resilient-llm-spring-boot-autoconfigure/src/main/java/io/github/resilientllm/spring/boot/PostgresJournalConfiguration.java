package io.github.resilientllm.spring.boot;

import static io.github.resilientllm.spring.boot.JournalConfiguration.AT;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.postgres.PostgresException;
import io.github.resilientllm.postgres.PostgresJournal;
import io.github.resilientllm.spring.boot.JournalProperties.PostgresProperties;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The journal in the application's PostgreSQL. Whoever asks for it by its type gets it, or an
 * application that does not start: to begin without would be found out in the first conversation.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "resilient-llm.journal.type", havingValue = "postgres")
final class PostgresJournalConfiguration {
  private static final ApplicationPostgres POSTGRES = new ApplicationPostgres(AT);

  /** What is asked for is not on the class path. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingClass("io.github.resilientllm.postgres.PostgresJournal")
  @ConditionalOnMissingBean(Journal.class)
  static final class Missing {
    @Bean
    @SuppressWarnings("DoNotCallSuggester") // Spring calls it, to say so
    Journal resilientLlmJournal() {
      throw POSTGRES.noModule();
    }
  }

  /** On the one DataSource, or the primary one. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({PostgresJournal.class, DataSource.class})
  @ConditionalOnMissingBean(Journal.class)
  static final class OnDataSource {

    /** Closed when the calls that use it have ended, and before the DataSource is. */
    @Bean
    @DependsOnDatabaseInitialization
    PostgresJournal resilientLlmJournal(
        ResilientLlmProperties properties, ObjectProvider<DataSource> sources) {
      DataSource source = POSTGRES.source(sources);
      PostgresProperties postgres = properties.journal().postgres();
      PostgresJournal journal = journal(source, properties.journal());
      try {
        POSTGRES.prepare(source, postgres.initializeSchema(), postgres.schema());
        journal.check();
        return journal;
      } catch (PostgresException | JournalException e) {
        journal.close();
        throw POSTGRES.unusable(e);
      }
    }

    @Bean
    JournalRetention resilientLlmJournalRetention(
        PostgresJournal journal, ResilientLlmProperties properties) {
      return JournalConfiguration.retention(
          properties,
          new JournalRetention.Deleting() {
            @Override
            public int olderThan(Duration age) {
              return journal.deleteOlderThan(age);
            }

            @Override
            public int overSize(long bytes) {
              return journal.shrinkTo(bytes);
            }
          });
    }

    private static PostgresJournal journal(DataSource source, JournalProperties properties) {
      PostgresProperties postgres = properties.postgres();
      try {
        PostgresJournal.Builder journal =
            PostgresJournal.builder(source)
                .lease(postgres.lease())
                .serverPatience(postgres.serverPatience())
                .threads(postgres.threads());
        if (postgres.schema() != null) {
          journal.schema(postgres.schema());
        }
        if (postgres.owner() != null) {
          journal.owner(postgres.owner());
        }
        if (properties.maxEntrySize() != null) {
          journal.maxEntryBytes(
              Math.toIntExact(Math.min(properties.maxEntrySize().toBytes(), Integer.MAX_VALUE)));
        }
        if (properties.maxConversationSize() != null) {
          journal.maxConversationBytes(properties.maxConversationSize().toBytes());
        }
        if (properties.maxOpenConversations() != null) {
          journal.maxOpenLogs(properties.maxOpenConversations());
        }
        return journal.build();
      } catch (IllegalArgumentException e) {
        throw PropertyWords.wrong(AT, e);
      }
    }
  }
}
