package io.github.resilientllm.postgres.internal.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tables and their versions. Each part has a script, which brings any older version up. */
public final class Schema {
  /** Where the scripts are, as Flyway names it. */
  public static final String FLYWAY_LOCATION = "classpath:io/github/resilientllm/postgres/flyway";

  private static final String FOLDER = "/io/github/resilientllm/postgres/flyway/";

  /** Of the advisory lock for making tables: two instances that start at once do it in turn. */
  private static final long LOCK = 0x7265736C6C6DL;

  /**
   * A part of the tables.
   *
   * @param version that this program knows
   */
  public record Part(String name, int version, String script) {}

  /** Of the journal. */
  public static final Part JOURNAL = new Part("journal", 1, "R__resilient_llm_journal.sql");

  /** Of the outbox. */
  public static final Part OUTBOX = new Part("outbox", 1, "R__resilient_llm_outbox.sql");

  /** Of what the scripts make. */
  private static final Pattern NAME =
      Pattern.compile("(?m)^CREATE (?:TABLE|INDEX) IF NOT EXISTS (\\w+)");

  private static final List<Part> ALL = List.of(JOURNAL, OUTBOX);

  private Schema() {}

  /** All scripts, one after another. */
  public static String scripts() {
    StringBuilder all = new StringBuilder();
    ALL.forEach(part -> all.append(script(part)).append('\n'));
    return all.toString();
  }

  private static String script(Part part) {
    try (InputStream script = Schema.class.getResourceAsStream(FOLDER + part.script)) {
      if (script == null) {
        throw new IllegalStateException(part.script + " is not in the jar");
      }
      return new String(script.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether all is there, of this version or a newer one. It locks nothing; the statements that
   * make what is missing wait for all who write, even where nothing is.
   */
  public static boolean isThere(Database database, @Nullable String schema) throws SQLException {
    String place = schema == null ? "" : Database.quoted(schema) + ".";
    Object[] names =
        NAME.matcher(scripts()).results().map(name -> place + name.group(1)).distinct().toArray();
    String versions = database.sql("SELECT part, version FROM %schema");
    return database.call(
        connection -> {
          if (isMissing(connection, names)) {
            return false;
          }
          Map<String, Integer> found = new HashMap<>();
          try (Statement select = connection.createStatement();
              ResultSet rows = select.executeQuery(versions)) {
            while (rows.next()) {
              found.put(rows.getString(1), rows.getInt(2));
            }
          }
          return ALL.stream().allMatch(part -> found.getOrDefault(part.name, 0) >= part.version);
        });
  }

  private static boolean isMissing(Connection connection, Object[] names) throws SQLException {
    String sql = "SELECT FROM unnest(CAST(? AS text[])) AS n WHERE to_regclass(n) IS NULL LIMIT 1";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("text", names));
      try (ResultSet missing = select.executeQuery()) {
        return missing.next();
      }
    }
  }

  /** Makes what is missing, in a transaction. */
  public static void create(Database database, Connection connection, @Nullable String schema)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_advisory_xact_lock(%d), %s".formatted(LOCK, database.endsInSilence()));
      if (schema != null) {
        statement.execute("CREATE SCHEMA IF NOT EXISTS " + Database.quoted(schema));
        statement.execute("SET LOCAL search_path TO " + Database.quoted(schema));
      }
      statement.execute(scripts());
    }
  }

  /**
   * What is wrong with the tables of a part and this program; empty if nothing is.
   *
   * @throws SQLException also if they are not there
   */
  public static Optional<String> problem(Database database, Part part) throws SQLException {
    String sql =
        database.sql(
            "SELECT version, oldest, current_setting('server_encoding') FROM %schema WHERE part = ?");
    return database.call(
        connection -> {
          String product = connection.getMetaData().getDatabaseProductName();
          if (!product.equals("PostgreSQL")) {
            return Optional.of(
                "the database is %s, not PostgreSQL. See to the URL of the DataSource"
                    .formatted(product));
          }
          try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, part.name);
            try (ResultSet found = select.executeQuery()) {
              return problem(found, part);
            }
          }
        });
  }

  private static Optional<String> problem(ResultSet found, Part part) throws SQLException {
    if (!found.next() || found.getInt(1) < part.version) {
      return Optional.of(
          "the tables of the %s are older than this program, which needs version %d. Bring them up: PostgresSchema.in(dataSource).create(), or the migrations at %s"
              .formatted(part.name, part.version, FLYWAY_LOCATION));
    }
    if (found.getInt(2) > part.version) {
      return Optional.of(
          "the tables of the %s have version %d, which programs that know version %d only must not use. Take a newer resilient-llm"
              .formatted(part.name, found.getInt(1), part.version));
    }
    if (!"UTF8".equals(found.getString(3))) {
      return Optional.of(
          "the database's encoding is %s, which cannot hold every id. Make one with ENCODING 'UTF8'"
              .formatted(found.getString(3)));
    }
    return Optional.empty();
  }
}
