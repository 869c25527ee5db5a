package io.github.resilientllm.postgres.internal.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database by the application's {@link DataSource}. Each piece of work has a connection to
 * itself, for as long as it takes and no longer, and leaves nothing in it: a pooler may give every
 * statement or transaction another one.
 */
public final class Database {
  private static final int MOST_TRIES = 5;

  /** Of what the database undid: where all transactions are serializable, it often does. */
  private static final int MOST_UNDONE = 50;

  private final DataSource source;
  private final String prefix;
  private final int patienceMillis;

  /**
   * A database.
   *
   * @param schema of the tables; null for the search path's
   * @param patience how long a server may be silent
   */
  public Database(DataSource source, @Nullable String schema, Duration patience) {
    this.source = source;
    this.prefix = schema == null ? "" : quoted(schema) + ".";
    this.patienceMillis = Math.toIntExact(patience.toMillis());
  }

  /** A name as SQL takes it, whatever it contains. */
  public static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A statement in which {@code %} stands before the names of tables. */
  public String sql(String text) {
    return text.replace("%", prefix + "resilient_llm_");
  }

  /**
   * Does something that may be done twice, each statement by itself: again if the connection was
   * lost, or the database asks for that.
   */
  public <T> T call(Work<T> work) throws SQLException {
    return again(() -> once(work));
  }

  /** The same, all or nothing of it. */
  public <T> T inTransaction(Work<T> work) throws SQLException {
    return again(() -> once(connection -> transaction(connection, work)));
  }

  /**
   * What the first statement of a transaction also selects: so the server ends the transaction, and
   * its locks, when it hears nothing for as long as it may be silent itself. It would hold them for
   * hours where the network says nothing any more.
   */
  public String endsInSilence() {
    return "set_config('idle_in_transaction_session_timeout', '%d', true)"
        .formatted(patienceMillis);
  }

  private interface Try<T> {
    T run() throws SQLException;
  }

  private static <T> T again(Try<T> work) throws SQLException {
    boolean refused = false;
    int undone = 0;
    int lost = 0;
    while (true) {
      try {
        return work.run();
      } catch (SQLException e) {
        // A pool may have more dead connections; a server that takes none is asked once more.
        boolean mayTry = Trouble.isRefused(e) ? !refused : Trouble.isConnection(e);
        boolean isUndone = Trouble.isUndone(e);
        if (isUndone ? ++undone == MOST_UNDONE : !mayTry || ++lost == MOST_TRIES) {
          throw e;
        }
        refused |= Trouble.isRefused(e);
      }
    }
  }

  /** Does something once, each statement by itself. */
  public <T> T once(Work<T> work) throws SQLException {
    try (Connection connection = open()) {
      boolean auto = connection.getAutoCommit();
      int patience = patient(connection);
      if (!auto) {
        connection.setAutoCommit(true);
      }
      try {
        return work.with(connection);
      } finally {
        restore(connection, auto, patience);
      }
    }
  }

  private Connection open() throws SQLException {
    try {
      return source.getConnection();
    } catch (RuntimeException e) { // of a pool that cannot begin
      SQLException cause = Trouble.sql(e);
      throw cause == null
          ? new SQLException("The DataSource threw " + e.getClass().getName(), "08001", e)
          : cause;
    }
  }

  /** A server that says nothing, or a network that lost us, must not keep a thread for ever. */
  private int patient(Connection connection) throws SQLException {
    try {
      int before = connection.getNetworkTimeout();
      if (before == 0 || before > patienceMillis) {
        connection.setNetworkTimeout(Runnable::run, patienceMillis);
        return before;
      }
    } catch (SQLFeatureNotSupportedException e) {
      // the application's own driver or wrapper has no clock; its timeouts hold
    }
    return -1;
  }

  private static void restore(Connection connection, boolean auto, int patience) {
    try {
      if (patience >= 0) {
        connection.setNetworkTimeout(Runnable::run, patience);
      }
      if (!auto) {
        connection.setAutoCommit(false);
      }
    } catch (SQLException e) {
      // It is broken, and what was wrong with it was said.
    }
  }

  private static <T> T transaction(Connection connection, Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      T result = work.with(connection);
      connection.commit();
      connection.setAutoCommit(true);
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      undo(connection);
      throw e;
    }
  }

  private static void undo(Connection connection) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      // It is broken: the server undoes it.
    }
  }
}
