package io.github.resilientllm.postgres;

import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.internal.time.Surroundings;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.provider.LlmProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;

/** Machines with an outbox in PostgreSQL, in virtual time: also the database's clock is virtual. */
final class VirtualDesk {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  final VirtualTime time = new VirtualTime();
  final List<String> handled = new ArrayList<>(); // keys, in their order
  private Duration jump = Duration.ZERO; // of the database's clock
  private final DataSource server;
  private final Deque<Connection> idle = new ArrayDeque<>(); // guarded by itself

  VirtualDesk(DataSource server) {
    this.server = server;
  }

  /** A store of one machine. */
  PostgresOutbox store(Link link) {
    return PostgresOutbox.builder(link)
        .executor(Runnable::run)
        .clock("CAST(current_setting('desk.now') AS timestamptz)")
        .nanos(time::nanos)
        .build();
  }

  /** A machine that nothing was submitted to yet. */
  Outbox.Builder machine(PostgresOutbox store, LlmProvider vendor, long seed) {
    Random jitter = new Random(seed);
    ResilientLlm.Builder builder = ResilientLlm.with(vendor).deadline(Duration.ofSeconds(30));
    Surroundings its =
        new Surroundings(time, time, jitter::nextDouble, () -> NOON.plusNanos(time.nanos()));
    its.surround(builder);
    Outbox.Builder outbox = Outbox.with(builder.build());
    its.surround(outbox);
    return outbox.store(store).handler("mail", done -> handled.add(done.key()));
  }

  /** Sets the database's clock. */
  void jump(Duration by) {
    jump = jump.plus(by);
  }

  /** The way of a machine to the database. */
  class Link extends WatchedSource {
    @Override
    Connection connect() throws SQLException {
      Connection connection;
      synchronized (idle) {
        connection = idle.poll();
      }
      connection = connection == null ? server.getConnection() : connection;
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET desk.now = '" + NOON.plusNanos(time.nanos()).plus(jump) + "'");
      }
      return connection;
    }

    @Override
    void release(Connection connection) throws SQLException {
      if (connection.isClosed()) {
        return;
      }
      synchronized (idle) {
        idle.push(connection);
      }
    }
  }

  /** The way of a machine that ends at a statement: from then on it reaches nothing any more. */
  final class Dying extends Link {
    private final int at;
    private final boolean isDone;

    /**
     * A machine that ends.
     *
     * @param isDone whether the statement is done, of which it does not hear
     */
    Dying(int at, boolean isDone) {
      this.at = at;
      this.isDone = isDone;
    }

    boolean isDead() {
      return steps() >= at;
    }

    @Override
    Connection connect() throws SQLException {
      if (isDead()) {
        throw gone();
      }
      return super.connect();
    }

    @Override
    void before(int n, Connection connection) throws SQLException {
      if (n > at || (n == at && !isDone)) {
        throw gone();
      }
    }

    @Override
    void after(int n, Connection connection) throws SQLException {
      if (n == at) {
        throw gone();
      }
    }

    private SQLException gone() {
      return new SQLException("this machine has ended", "08001");
    }
  }

  void close() throws SQLException {
    synchronized (idle) {
      for (Connection connection : idle) {
        connection.close();
      }
      idle.clear();
    }
  }
}
