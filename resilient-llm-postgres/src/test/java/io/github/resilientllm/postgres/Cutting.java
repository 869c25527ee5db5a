package io.github.resilientllm.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;

/** A small pool that has one of its connections cut by the server, at a statement. */
final class Cutting extends WatchedSource {
  /** When {@code pg_terminate_backend} strikes. */
  enum When {
    /** Before the statement: nothing is done. */
    BEFORE,
    /** When it is done, and nobody has heard of it. */
    AFTER
  }

  private final DataSource server;
  private final int at;
  private final When when;
  private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean struck;
  private volatile Connection dead;

  Cutting(DataSource server, int at, When when) {
    this.server = server;
    this.at = at;
    this.when = when;
  }

  boolean struck() {
    return struck;
  }

  void closeAll() throws SQLException {
    for (Connection left : idle) {
      left.close();
    }
    idle.clear();
  }

  @Override
  Connection connect() throws SQLException {
    Connection known = idle.poll();
    return known == null ? server.getConnection() : known;
  }

  @Override
  void release(Connection connection) throws SQLException {
    if (connection == dead || connection.isClosed()) {
      connection.close();
    } else {
      idle.add(connection);
    }
  }

  @Override
  void before(int n, Connection connection) throws SQLException {
    if (n == at && when == When.BEFORE) {
      cut(connection);
    }
  }

  @Override
  void after(int n, Connection connection) throws SQLException {
    if (n == at && when == When.AFTER) {
      cut(connection);
      throw new SQLException("An I/O error occurred while sending to the backend.", "08006");
    }
  }

  private void cut(Connection connection) throws SQLException {
    struck = true;
    dead = connection;
    int pid = connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
    PostgresServer.execute(server, "SELECT pg_terminate_backend(" + pid + ")");
    String there = "SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid;
    while (!PostgresServer.text(server, there).equals("0")) {
      Thread.onSpinWait(); // it goes in a moment
    }
  }
}
