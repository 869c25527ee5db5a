package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.postgres.Wire.Cut;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The network is cut at the first piece of an item's life that passes it, at its second and so on,
 * until all pass; each time everything is as if nothing had happened, nobody waits for longer than
 * the store's patience with its server, and nothing is left that holds a lock.
 */
@Timeout(120)
class OutboxCutWireTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);

  /** Room for a slow machine; without the store's clock it would be for ever. */
  private static final Duration A_FEW_PATIENCES = Duration.ofSeconds(6);

  private static PGSimpleDataSource server;

  @BeforeAll
  static void newDatabase() {
    server = PostgresServer.shared().database();
  }

  @ParameterizedTest
  @EnumSource
  void whereverTheNetworkIsCutNothingIsLostAndNothingIsThereTwice(Cut how) throws SQLException {
    cut(how, how == Cut.RESET ? 2 : 5, 11);
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource
  void whereverTheNetworkIsCutAtAll(Cut how) throws SQLException {
    cut(how, 1, 1);
  }

  private static void cut(Cut how, int first, int step) throws SQLException {
    int n = first - step;
    try (Wire wire = new Wire(server.getPortNumbers()[0]);
        WirePool pool = new WirePool(server, wire)) {
      pool.getConnection().close();
      do {
        OutboxTables.empty(server);
        wire.cutAt(n += step, how);
        long began = System.nanoTime();
        try (PostgresOutbox store =
            PostgresOutbox.builder(pool).threads(1).impatient(PATIENCE).build()) {
          OutboxLostConnectionTest.live(store);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(how + " at piece " + n, e);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began))
            .as("%s at piece %d", how, n)
            .isLessThan(A_FEW_PATIENCES);
        assertThat(PostgresServer.text(server, OPEN)).as("%s at piece %d", how, n).isEqualTo("0");
      } while (wire.wasCut());
    }
    System.out.printf("%s at one in %d of %d pieces of an item%n", how, step, n - step);
    assertThat(n).isGreaterThan(40);
  }

  private static final String OPEN =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE"
          + " 'idle in transaction%'";
}
