package io.github.resilientllm.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.postgresql.ds.PGSimpleDataSource;

/** A small pool of connections over a wire that may be cut. */
final class WirePool extends WatchedSource implements AutoCloseable {
  private final PGSimpleDataSource source = new PGSimpleDataSource();
  private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

  WirePool(PGSimpleDataSource server, Wire wire) throws SQLException {
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {wire.port()});
    source.setDatabaseName(server.getDatabaseName());
    source.setUser(server.getUser());
    source.setSslMode("disable");
    source.setLoginTimeout(1);
  }

  @Override
  Connection connect() throws SQLException {
    Connection known = idle.poll();
    return known == null ? source.getConnection() : known;
  }

  @Override
  void release(Connection connection) throws SQLException {
    if (connection.isClosed()) {
      connection.close();
    } else {
      idle.add(connection);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : idle) {
      connection.close();
    }
  }
}
