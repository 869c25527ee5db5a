/**
 * Conversations and waiting work of resilient-llm in PostgreSQL, by plain JDBC on the application's
 * DataSource.
 */
module io.github.resilientllm.postgres {
  requires transitive io.github.resilientllm.api;
  requires transitive java.sql;
  requires static transitive org.jspecify;

  exports io.github.resilientllm.postgres;
}
