package io.github.resilientllm.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A source of connections that sees each statement and each end of a transaction. */
abstract class WatchedSource implements DataSource {
  private static final Set<String> STEPS =
      Set.of("execute", "executeQuery", "executeUpdate", "commit");

  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger steps = new AtomicInteger();

  /** A connection to the server. */
  abstract Connection connect() throws SQLException;

  /** Takes a connection back. */
  void release(Connection connection) throws SQLException {
    connection.close();
  }

  /** Before and after each statement or commit; number n of all. */
  void before(int n, Connection connection) throws SQLException {}

  void after(int n, Connection connection) throws SQLException {}

  /** How many connections are in use. */
  int open() {
    return open.get();
  }

  /** How many statements and commits there were. */
  int steps() {
    return steps.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = connect();
    open.incrementAndGet();
    return (Connection)
        Proxy.newProxyInstance(
            WatchedSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> onConnection(connection, method, arguments));
  }

  private Object onConnection(Connection connection, Method method, Object[] arguments)
      throws Throwable {
    if (method.getName().equals("close")) {
      open.decrementAndGet();
      release(connection);
      return null;
    }
    Object result = step(connection, connection, method, arguments);
    if (!(result instanceof Statement)) {
      return result;
    }
    return Proxy.newProxyInstance(
        WatchedSource.class.getClassLoader(),
        new Class<?>[] {
          result instanceof PreparedStatement ? PreparedStatement.class : Statement.class
        },
        (proxy, called, with) -> step(connection, result, called, with));
  }

  private Object step(Connection connection, Object target, Method method, Object[] arguments)
      throws Throwable {
    boolean isStep = STEPS.contains(method.getName());
    int n = isStep ? steps.incrementAndGet() : 0;
    if (isStep) {
      before(n, connection);
    }
    Object result;
    try {
      result = method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (isStep) {
      after(n, connection);
    }
    return result;
  }

  @Override
  public Connection getConnection(String user, String password) {
    throw new UnsupportedOperationException();
  }

  @Override
  public java.io.PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(java.io.PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("nothing to unwrap");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
