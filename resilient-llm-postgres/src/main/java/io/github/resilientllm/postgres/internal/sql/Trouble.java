package io.github.resilientllm.postgres.internal.sql;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a failure of the database means, and the remedy, in words that hold no content. */
public final class Trouble {
  private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P03", "57P05", "25P03");
  private static final int MOST_CAUSES = 20;

  private Trouble() {}

  /** Whether the connection was lost, or none was had: what was sent may or may not be done. */
  public static boolean isConnection(SQLException e) {
    String state = state(e);
    return state.startsWith("08")
        || ENDED.contains(state)
        || e instanceof SQLTransientConnectionException
        || e instanceof SQLNonTransientConnectionException
        || e instanceof SQLRecoverableException;
  }

  /** Whether there was no connection to begin with. */
  static boolean isRefused(SQLException e) {
    return state(e).equals("08001") || e instanceof SQLTransientConnectionException;
  }

  /** Whether nothing was done, and the same may be tried again at once. */
  public static boolean isUndone(SQLException e) {
    String state = state(e);
    return state.equals("40001") || state.equals("40P01");
  }

  /** What to say; the name of a place goes before it. */
  public static String words(SQLException failure) {
    SQLException e = telling(failure);
    String state = state(e);
    String said = firstLine(e);
    switch (state) {
      case "42P01", "42703", "3F000" -> {
        return "a table of resilient-llm is missing or old (%s). Make the tables: PostgresSchema.in(dataSource).create(), or the migrations at %s"
            .formatted(said, Schema.FLYWAY_LOCATION);
      }
      case "42501" -> {
        return "the user may not do that (%s). Grant SELECT, INSERT, UPDATE and DELETE on all tables resilient_llm_*"
            .formatted(said);
      }
      case "25006" -> {
        return "the database is read-only (%s): a standby, or default_transaction_read_only is on. Connect to the primary (targetServerType=primary)"
            .formatted(said);
      }
      case "28P01", "28000" -> {
        return "the server refuses the user (%s). See to the user and the password of the DataSource, and to pg_hba.conf"
            .formatted(said);
      }
      case "3D000" -> {
        return "there is no such database (%s). See to the URL of the DataSource".formatted(said);
      }
      case "53100" -> {
        return "the server's disk is full (%s). Make room, or delete old conversations"
            .formatted(said);
      }
      case "53300" -> {
        return "the server has no connection left (%s). Use a smaller pool, or a pooler"
            .formatted(said);
      }
      default -> {}
    }
    if (isConnection(e)) {
      return "the server was not reached, or the connection was lost (%s). See to the server, the URL of the DataSource and its pool"
          .formatted(said);
    }
    return mayShow(e)
        ? "the database refused (SQLState %s: %s)".formatted(state, said)
        : "the database refused (SQLState %s)".formatted(state);
  }

  /** The failure, unless it may hold what was being written. */
  public static @Nullable Throwable cause(SQLException e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql && !mayShow(sql)) {
        return null;
      }
    }
    return e;
  }

  /** Data exceptions and violated constraints quote values. */
  private static boolean mayShow(SQLException e) {
    String state = state(e);
    return !state.startsWith("22") && !state.startsWith("23") && !state.startsWith("XX");
  }

  /** The first SQLException among the causes; null if there is none. */
  static @Nullable SQLException sql(Throwable failure) {
    Throwable at = failure;
    for (int i = 0; at != null && i < MOST_CAUSES; i++) {
      if (at instanceof SQLException e) {
        return e;
      }
      at = at.getCause();
    }
    return null;
  }

  /** A pool says only that it waited in vain; what it waited for is its cause. */
  private static SQLException telling(SQLException e) {
    SQLException cause = e.getCause() == null ? null : sql(e.getCause());
    return cause != null && !state(cause).isEmpty() && isConnection(e) ? cause : e;
  }

  private static String state(SQLException e) {
    return e.getSQLState() == null ? "" : e.getSQLState();
  }

  /** What follows it are details, which may quote values. */
  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
