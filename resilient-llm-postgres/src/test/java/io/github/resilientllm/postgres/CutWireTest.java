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
 * The network is cut at the first piece of a conversation's life that passes it, at its second and
 * so on, until all pass; each time everything is as if nothing had happened, and nobody waits for
 * longer than the journal's patience with its server.
 */
@Timeout(120)
class CutWireTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);

  /** Room for a slow machine; without the journal's clock it would be for ever. */
  private static final Duration A_FEW_PATIENCES = Duration.ofSeconds(6);

  private static PGSimpleDataSource server;

  @BeforeAll
  static void newDatabase() {
    server = PostgresServer.shared().database();
  }

  @ParameterizedTest
  @EnumSource
  void whereverTheNetworkIsCutNothingIsLostAndNothingIsThereTwice(Cut how) throws SQLException {
    cut(how, how == Cut.RESET ? 1 : 4, 9);
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
        wire.cutAt(n += step, how);
        String id = how + " " + step + " " + n;
        long began = System.nanoTime();
        try (PostgresJournal journal =
            LostConnectionTest.hurried(pool).impatient(PATIENCE).build()) {
          LostConnectionTest.live(journal, id);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(how + " at piece " + n, e);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began))
            .as("%s at piece %d", how, n)
            .isLessThan(A_FEW_PATIENCES);
        LostConnectionTest.assertIsLived(server, id, n);
      } while (wire.wasCut());
    }
    System.out.printf("%s at one in %d of %d pieces%n", how, step, n - step);
    assertThat(n).isGreaterThan(40);
  }
}
