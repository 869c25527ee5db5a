package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.OutboxStore.Shared;
import io.github.resilientllm.outbox.OutboxStore.Take;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The connection is cut at each statement of an item's life in turn; each time everything is as if
 * nothing had happened.
 */
@Timeout(120)
class OutboxLostConnectionTest {
  private static DataSource server;

  @BeforeAll
  static void newDatabase() {
    server = PostgresServer.shared().database();
  }

  @ParameterizedTest
  @EnumSource
  void whereverAConnectionIsCutNothingIsLostAndNothingIsThereTwice(Cutting.When when)
      throws SQLException {
    cut(when, when == Cutting.When.BEFORE ? 1 : 2, 5);
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource
  void whereverAConnectionIsCutAtAll(Cutting.When when) throws SQLException {
    cut(when, 1, 1);
  }

  private static void cut(Cutting.When when, int first, int step) throws SQLException {
    int n = first - step;
    Cutting cutting;
    do {
      OutboxTables.empty(server);
      cutting = new Cutting(server, n += step, when);
      try (PostgresOutbox store = PostgresOutbox.builder(cutting).threads(1).build()) {
        live(store);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("cut " + when + " statement " + n, e);
      }
      cutting.closeAll();
    } while (cutting.struck());
    System.out.printf("cut %s one in %d of %d statements%n", when, step, n - step);
    assertThat(n).isGreaterThan(20);
  }

  private static OutboxItem.Builder item(String id) {
    return OutboxItem.builder(id, "mail", "{\"x\":1}", Instant.now());
  }

  private static List<OutboxItem> take(PostgresOutbox store, ItemState state, int most) {
    return store.take(new Take(state, Set.of("mail"), most, Duration.ofMinutes(1), false)).join();
  }

  /** Every operation there is. */
  static void live(PostgresOutbox store) {
    assertThat(store.submit(item("a").key("k").build()).join().id()).isEqualTo("a");
    assertThat(store.submit(item("b").key("k").build()).join().id()).isEqualTo("a");
    store.submit(item("b").lane("l").build()).join();
    store.submit(item("c").lane("l").build()).join();
    assertThat(take(store, ItemState.WAITING, 1)).extracting(OutboxItem::id).containsExactly("a");
    List<OutboxItem> taken = take(store, ItemState.WAITING, 5);
    assertThat(taken).extracting(OutboxItem::id).containsExactly("b");
    OutboxItem b = taken.get(0);
    assertThat(b.takes()).isEqualTo(1);
    assertThat(store.renew(taken, Duration.ofMinutes(2)).join()).containsExactly("b");
    OutboxItem.Builder answered = b.toBuilder().state(ItemState.ANSWERED).answer("{\"y\":2}");
    assertThat(store.put(answered.build(), true).join()).isTrue();
    assertThat(store.put(answered.state(ItemState.DONE).build(), false).join()).isTrue();
    OutboxItem c = take(store, ItemState.WAITING, 5).get(0);
    assertThat(store.put(c.toBuilder().state(ItemState.DEAD).build(), false).join()).isTrue();
    int replayed = store.change(Query.one("c"), Change.REPLAY).join();
    assertThat(replayed).isLessThanOrEqualTo(1); // 0 if it was not heard that it was done
    assertThat(store.find("c").join().orElseThrow().state()).isEqualTo(ItemState.WAITING);
    store.pause(true).join();
    Shared shared = store.shared().join();
    assertThat(shared.paused()).isTrue();
    boolean unused = store.share(shared, "note").join();
    assertThat(store.shared().join().note()).isEqualTo("note");
    store.pause(false).join();
    Counts counts = store.counts().join();
    assertThat(counts.of(ItemState.WAITING)).isEqualTo(2);
    assertThat(counts.of(ItemState.DONE)).isEqualTo(1);
    assertThat(store.list(Query.all()).join().items()).hasSize(3);
    assertThat(store.verify().problems()).isEmpty();
  }
}
