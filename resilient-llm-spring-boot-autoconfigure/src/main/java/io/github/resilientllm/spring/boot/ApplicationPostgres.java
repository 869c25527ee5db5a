package io.github.resilientllm.spring.boot;

import io.github.resilientllm.postgres.PostgresSchema;
import io.github.resilientllm.spring.boot.JournalProperties.InitializeSchema;
import io.github.resilientllm.spring.internal.SetupException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The application's PostgreSQL, as whatever is kept in it finds it, or says what is wrong.
 *
 * @param at the group of properties that asks for it, by {@code .type}
 */
record ApplicationPostgres(String at) {

  /** What is asked for is not on the class path. */
  SetupException noModule() {
    return new SetupException(
        at + ".type is postgres, and the module for it is not on the class path.",
        "Add the dependency io.github.resilientllm:resilient-llm-postgres.");
  }

  /** The one DataSource, or the primary one. */
  DataSource source(ObjectProvider<DataSource> sources) {
    DataSource source = sources.getIfUnique();
    if (source == null) {
      throw new SetupException(
          at + ".type is postgres, and there is no DataSource, or several and none is primary.",
          "Set spring.datasource.url to a PostgreSQL database, or mark one DataSource @Primary.");
    }
    return source;
  }

  /** Makes the tables, if it is to. */
  void prepare(DataSource source, InitializeSchema initialize, @Nullable String schema) {
    if (initialize == InitializeSchema.ALWAYS) {
      (schema == null ? PostgresSchema.in(source) : PostgresSchema.in(source, schema)).create();
    }
  }

  /** The tables, or the server, are not as they should be. */
  SetupException unusable(RuntimeException why) {
    return new SetupException(
        at + ".type is postgres. " + why.getMessage() + ".",
        "Do what it says. With "
            + at
            + ".postgres.initialize-schema=always the application makes the tables itself, if its"
            + " user may.");
  }
}
