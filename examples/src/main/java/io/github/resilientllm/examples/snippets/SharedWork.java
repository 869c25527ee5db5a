package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.postgres.PostgresOutbox;
import io.github.resilientllm.postgres.PostgresSchema;
import javax.sql.DataSource;

/** Work that waits in a database, for several machines. */
final class SharedWork {
  private SharedWork() {}

  static PostgresOutbox store(DataSource dataSource) {
    PostgresSchema.in(dataSource).create(); // or migrations of yours
    PostgresOutbox store = PostgresOutbox.on(dataSource);
    return store;
  }
}
