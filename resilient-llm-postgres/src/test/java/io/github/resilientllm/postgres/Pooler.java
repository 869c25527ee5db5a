package io.github.resilientllm.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import javax.sql.DataSource;

/**
 * What PgBouncer does where it pools transactions: each statement outside of a transaction, and
 * each transaction, has another session. What was set in a session is not there the next time.
 */
final class Pooler extends WatchedSource implements AutoCloseable {
  private final DataSource server;
  private final ArrayDeque<Connection> sessions = new ArrayDeque<>(); // guarded by itself

  Pooler(DataSource server) {
    this.server = server;
  }

  private Connection take() throws SQLException {
    synchronized (sessions) {
      if (sessions.size() > 2) { // so that one does not get back what it gave
        return sessions.remove();
      }
    }
    return server.getConnection();
  }

  private void give(Connection session) {
    synchronized (sessions) {
      sessions.add(session);
    }
  }

  @Override
  Connection connect() throws SQLException {
    return (Connection)
        Proxy.newProxyInstance(
            Pooler.class.getClassLoader(), new Class<?>[] {Connection.class}, new Client()::call);
  }

  /** A client's connection, which has a session only while it needs one. */
  private final class Client {
    private Connection session;
    private boolean auto = true;

    Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
      switch (method.getName()) {
        case "close" -> {
          end();
          return null;
        }
        case "setAutoCommit" -> {
          end();
          auto = (Boolean) arguments[0];
          return null;
        }
        case "getAutoCommit" -> {
          return auto;
        }
        default -> {}
      }
      if (auto) {
        end(); // what was before may be with anybody now
      }
      if (session == null) {
        session = take();
        session.setAutoCommit(auto);
      }
      try {
        return method.invoke(session, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    private void end() throws SQLException {
      if (session != null) {
        session.setAutoCommit(true);
        give(session);
        session = null;
      }
    }
  }

  @Override
  public void close() throws SQLException {
    synchronized (sessions) {
      for (Connection session : sessions) {
        session.close();
      }
      sessions.clear();
    }
  }
}
