package io.github.resilientllm.postgres;

import com.zaxxer.hikari.HikariDataSource;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.testing.OutboxStoreContract;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** An outbox in PostgreSQL keeps to the contract, in several ways. */
class PostgresOutboxTest {
  private static DataSource server;
  private static HikariDataSource pool;

  @BeforeAll
  static void database() {
    server = PostgresServer.shared().database();
    pool = new HikariDataSource();
    pool.setDataSource(server);
  }

  @AfterAll
  static void closePool() {
    if (pool != null) {
      pool.close();
    }
  }

  /** The contract for one way to build a store. */
  abstract static class Contract extends OutboxStoreContract {
    abstract PostgresOutbox.Builder builder();

    @Override
    protected OutboxStore open() {
      OutboxTables.empty(server);
      return builder().build();
    }

    @Override
    protected OutboxStore reopen(OutboxStore store) {
      store.close();
      return builder().build();
    }

    @Override
    protected Instant now() {
      return Instant.now();
    }

    @Override
    protected void pass(Duration time) {
      OutboxTables.pass(server, time);
    }
  }

  @Nested
  class OnAPool extends Contract {
    @Override
    PostgresOutbox.Builder builder() {
      return PostgresOutbox.builder(pool);
    }
  }

  @Nested
  class BehindAPoolerAndSealed extends Contract {
    private final Pooler pooler = new Pooler(server);

    @Override
    PostgresOutbox.Builder builder() {
      return PostgresOutbox.builder(pooler).encryption(PostgresJournalTest.KEYS);
    }

    @AfterEach
    void closePooler() throws SQLException {
      pooler.close();
    }
  }
}
