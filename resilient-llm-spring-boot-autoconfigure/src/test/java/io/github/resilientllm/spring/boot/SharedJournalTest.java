package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.resilientllm.Work;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.postgres.PostgresJournal;
import io.github.resilientllm.postgres.PostgresOutbox;
import io.github.resilientllm.postgres.PostgresSchema;
import io.github.resilientllm.postgres.PostgresServer;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.Until;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import io.github.resilientllm.spring.internal.SetupException;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.util.ClassUtils;

/** The journal in the application's PostgreSQL. */
@Tag("postgres") // a server of its own costs some seconds: one later line of Boot is enough
@ExtendWith(OutputCaptureExtension.class)
class SharedJournalTest {
  private static final String AT = "resilient-llm.journal.";
  private static final String TYPE = AT + "type=postgres";
  private static final String MAKES_TABLES = AT + "postgres.initialize-schema=always";

  private static PGSimpleDataSource database;

  @BeforeEach
  void newDatabase() {
    database = PostgresServer.shared().database(false);
  }

  @Configuration(proxyBeanMethods = false)
  static class OnDatabase extends TwoProviders {
    @Bean
    DataSource dataSource() {
      return database;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OnTwo extends OnDatabase {
    @Bean
    DataSource other() {
      return database;
    }
  }

  @Test
  void instancesShareConversations() {
    try (ConfigurableApplicationContext one = Apps.start(OnDatabase.class, TYPE, MAKES_TABLES);
        ConfigurableApplicationContext two = Apps.start(OnDatabase.class, TYPE)) {
      one.getBean(LlmClients.class).conversation("ticket-4711").say("Where is my parcel?");
      two.getBean(LlmClients.class).conversation("ticket-4711").say("And now?");
      assertThat(one.getBean(LlmClients.class).conversation("ticket-4711").history()).hasSize(4);
      assertThat(one.getBeanProvider(PostgresJournal.class).getIfAvailable()).isNotNull();
    }
  }

  /** As a container of a test with {@code @ServiceConnection} says where the database is. */
  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({DataSourceAutoConfiguration.class, LlmOutboxAutoConfiguration.class})
  @Import(SharedOutboxTest.Confirmations.class)
  static class ServiceConnected extends TwoProviders {
    @Bean
    JdbcConnectionDetails container() {
      return new JdbcConnectionDetails() {
        @Override
        public String getJdbcUrl() {
          return database.getUrl();
        }

        @Override
        public String getUsername() {
          return String.valueOf(database.getUser());
        }

        @Override
        public String getPassword() {
          return String.valueOf(database.getPassword());
        }
      };
    }
  }

  @Test
  void aServiceConnectionOfTheDatabaseIsTheJournalsAndTheOutboxsToo() {
    assumeTrue(
        ClassUtils.isPresent(
            "org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails", null),
        "later lines have it in a module of their own");
    try (ConfigurableApplicationContext app =
        Apps.start(
            ServiceConnected.class,
            TYPE,
            MAKES_TABLES,
            "resilient-llm.outbox.type=postgres",
            "resilient-llm.outbox.drain=false",
            "spring.datasource.url=jdbc:postgresql://localhost:1/nowhere",
            "spring.datasource.type=" + PGSimpleDataSource.class.getName())) {
      app.getBean(LlmClients.class).conversation("ticket-4711").say("Where is my parcel?");
      try (PostgresJournal same = PostgresJournal.on(database)) {
        assertThat(same.head("ticket-4711").join()).isPresent();
      }
      Work work = Work.of("Where is my parcel?").handler("confirm").key("mail-1");
      app.getBean(LlmOutbox.class).submit(work);
      try (PostgresOutbox same = PostgresOutbox.on(database)) {
        assertThat(same.findByKey("mail-1").join()).isPresent();
      }
    }
  }

  @Test
  void everySettingIsUsed() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            OnDatabase.class,
            TYPE,
            MAKES_TABLES,
            AT + "postgres.schema=llm",
            AT + "postgres.owner=desk-1",
            AT + "postgres.lease=1m",
            AT + "postgres.server-patience=5s",
            AT + "postgres.threads=2",
            AT + "max-entry-size=1KB")) {
      PostgresSchema.in(database).create(); // another one, which stays empty
      app.getBean(LlmClients.class).conversation("a").say("Where is my parcel?");
      try (PostgresJournal elsewhere = PostgresJournal.on(database);
          PostgresJournal here = PostgresJournal.builder(database).schema("llm").build()) {
        assertThat(elsewhere.list().join()).isEmpty();
        assertThat(here.head("a").join()).isPresent();
      }
    }
    try (ConfigurableApplicationContext app =
        Apps.start(
            OnDatabase.class, TYPE, AT + "postgres.schema=llm", AT + "retention.max-size=0B")) {
      Journal journal = app.getBean(Journal.class);
      Until.isTrue(() -> journal.list().join().isEmpty());
    }
  }

  @Test
  void theDirectoryIsNotUsedThen(@TempDir Path directory) {
    try (ConfigurableApplicationContext app =
        Apps.start(OnDatabase.class, TYPE, MAKES_TABLES, AT + "directory=" + directory)) {
      assertThat(app.getBean(Journal.class)).isInstanceOf(PostgresJournal.class);
    }
  }

  @Test
  void withoutTables(CapturedOutput console) {
    assertThat(Apps.failure(console, OnDatabase.class, TYPE))
        .contains("resilient-llm.journal.type is postgres.")
        .contains("a table of resilient-llm is missing")
        .contains("resilient-llm.journal.postgres.initialize-schema=always");
  }

  @Test
  void withoutTheRight(CapturedOutput console) {
    PostgresServer.shared().dataSource("postgres");
    PGSimpleDataSource poor = PostgresServer.shared().dataSource(database.getDatabaseName());
    poor.setUser("nobody-knows");
    database = poor;
    assertThat(Apps.failure(console, OnDatabase.class, TYPE, MAKES_TABLES))
        .contains("Making the tables failed")
        .contains("the server refuses the user");
  }

  @Test
  void withoutADataSourceOrWithTwo(CapturedOutput console) {
    assertThat(Apps.failure(console, TwoProviders.class, TYPE))
        .contains("there is no DataSource, or several and none is primary")
        .contains("Set spring.datasource.url");
    assertThat(Apps.failure(console, OnTwo.class, TYPE)).contains("several and none is primary");
  }

  @Test
  void withoutTheModule() {
    new ApplicationContextRunner()
        .withClassLoader(new FilteredClassLoader("io.github.resilientllm.postgres"))
        .withConfiguration(AutoConfigurations.of(ResilientLlmAutoConfiguration.class))
        .withPropertyValues(TYPE)
        .run(
            app ->
                assertThat(app)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("the module for it is not on the class path"));
  }

  @Test
  void outOfRange(CapturedOutput console) {
    assertThat(Apps.failure(console, OnDatabase.class, TYPE, AT + "postgres.lease=1ms"))
        .contains("lease must be");
  }
}
