package io.github.resilientllm.postgres;

import io.github.resilientllm.postgres.internal.sql.Database;
import io.github.resilientllm.postgres.internal.sql.Schema;
import io.github.resilientllm.postgres.internal.sql.Trouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The tables that resilient-llm keeps in a PostgreSQL database.
 *
 * <p>Making them needs the right to; using them needs SELECT, INSERT, UPDATE and DELETE. Who has
 * migrations adds {@link #FLYWAY_LOCATION} to their locations, or copies {@link #script()}, which
 * may be run again and again.
 */
public final class PostgresSchema {
  /** A location for Flyway, with repeatable migrations, which have no number to collide with. */
  public static final String FLYWAY_LOCATION = Schema.FLYWAY_LOCATION;

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final DataSource source;
  private final @Nullable String schema;
  private final Duration patience;

  private PostgresSchema(DataSource source, @Nullable String schema, Duration patience) {
    this.source = Objects.requireNonNull(source, "source");
    this.schema = schema;
    this.patience = patience;
  }

  /** The tables where the user's search path has them. */
  public static PostgresSchema in(DataSource source) {
    return new PostgresSchema(source, null, PATIENCE);
  }

  /** The tables in a schema, which is made if it is missing. */
  public static PostgresSchema in(DataSource source, String schema) {
    return new PostgresSchema(source, Objects.requireNonNull(schema, "schema"), PATIENCE);
  }

  /** The same with another patience with the server than five minutes, for tests. */
  PostgresSchema impatient(Duration other) {
    return new PostgresSchema(source, schema, other);
  }

  /** The statements that make the tables, or bring them up to this version. */
  public static String script() {
    return Schema.scripts();
  }

  /**
   * Makes the tables, or brings them up to this version; several programs may do so at once. Where
   * nothing is missing it only looks, and holds up nobody. Blocks.
   *
   * @throws PostgresException if the database does not; nothing was changed
   */
  public void create() {
    try {
      Database database = new Database(source, schema, patience);
      if (Schema.isThere(database, schema)) {
        return;
      }
      boolean unused =
          database.inTransaction(
              connection -> {
                Schema.create(database, connection, schema);
                return true;
              });
    } catch (SQLException e) {
      throw new PostgresException(
          "Making the tables failed: " + Trouble.words(e), Trouble.cause(e));
    }
  }
}
