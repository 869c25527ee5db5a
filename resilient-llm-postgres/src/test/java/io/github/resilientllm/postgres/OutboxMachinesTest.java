package io.github.resilientllm.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.Outbox;
import io.github.resilientllm.Work;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import io.github.resilientllm.policy.Draining;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole machines on one database, in virtual time: they end at any statement, and share a pace. */
@Timeout(120)
class OutboxMachinesTest {
  /** In the soak; {@code -Doutbox.crash.stride=1} for each statement. */
  private static final int STRIDE = Integer.getInteger("outbox.crash.stride", 5);

  private static DataSource server;

  private final VirtualDesk desk = new VirtualDesk(server);

  @BeforeAll
  static void newDatabase() {
    server = PostgresServer.shared().database();
  }

  @BeforeEach
  void empty() {
    OutboxTables.empty(server);
  }

  @AfterEach
  void close() throws SQLException {
    desk.close();
  }

  private static Work work(String key) {
    return Work.of("question").handler("mail").key(key);
  }

  @Test
  void whatIsCommittedIsTakenUpWithinTwoSeconds() throws Exception {
    try (PostgresOutbox store = desk.store(desk.new Link())) {
      Outbox outbox = desk.machine(store, vendor(), 1).build();
      desk.time.run(
          () -> {
            outbox.start();
            desk.time.pass(Duration.ofSeconds(5));
            try (Connection connection = desk.new Link().getConnection()) {
              connection.setAutoCommit(false);
              store.submit(connection, outbox.item(work("kept")));
              desk.time.pass(Duration.ofSeconds(10));
              assertThat(desk.handled).isEmpty();
              connection.commit();
              store.submit(connection, outbox.item(work("undone")));
              connection.rollback();
              connection.setAutoCommit(true);
            }
            desk.time.pass(Duration.ofSeconds(2));
            assertThat(desk.handled).containsExactly("kept");
            desk.time.pass(Duration.ofSeconds(5));
            outbox.close();
          });
      assertThat(desk.handled).containsExactly("kept");
    }
  }

  @Test
  void aHandlerThatIsGoneAfterADeploymentIsWaitedForAndWhatExpiresMeanwhileIsNotAsked()
      throws Exception {
    ScriptedProvider vendor = vendor();
    try (PostgresOutbox store = desk.store(desk.new Link())) {
      Outbox before = desk.machine(store, vendor, 1).handler("old", done -> {}).build();
      OutboxItem kept = before.submit(Work.of("x").handler("old"));
      before.submit(Work.of("x").handler("old").key("short").expiresAfter(Duration.ofSeconds(10)));
      Outbox after = desk.machine(store, vendor, 2).build();
      desk.time.run(
          () -> {
            after.start();
            desk.time.pass(Duration.ofSeconds(20));
            after.close();
          });
      assertThat(vendor.attempts()).isZero();
      assertThat(after.status(kept.id()).orElseThrow().why())
          .isEqualTo("no handler is called \"old\" here");
      assertThat(after.find("short").orElseThrow().item().state()).isEqualTo(ItemState.EXPIRED);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, -3, 240, -240})
  void theDatabasesClockMayJump(long hours) throws Exception {
    try (PostgresOutbox store = desk.store(desk.new Link())) {
      Outbox outbox = desk.machine(store, vendor(), 1).build();
      desk.time.run(
          () -> {
            outbox.start();
            for (int i = 0; i < 20; i++) {
              outbox.submit(work("n" + i));
              desk.time.pass(Duration.ofMillis(700));
              if (i == 9) {
                desk.jump(Duration.ofHours(hours));
              }
            }
            desk.time.pass(Duration.ofSeconds(hours < 0 ? 120 : 25)); // set back, it waits a minute
            outbox.close();
          });
      Counts counts = store.counts().join();
      // Ten days ahead, what waited then has expired; nothing else is lost, and what was being
      // asked
      // in that moment is asked again.
      assertThat(counts.items().keySet()).isSubsetOf(ItemState.DONE, ItemState.EXPIRED);
      assertThat(counts.of(ItemState.EXPIRED)).isLessThanOrEqualTo(hours > 100 ? 10 : 0);
      assertThat(desk.handled).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(10);
    }
  }

  private ScriptedProvider vendor() {
    return ScriptedProvider.of("v", desk.time, Script.answerAfter(Duration.ofMillis(200), "hello"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whereverAMachineEndsNoItemIsLostAndAllAreDelivered(boolean isDone) throws Exception {
    endAtAStatement(isDone, isDone ? 5 : 9, 101);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whereverAMachineEndsInSmallerSteps(boolean isDone) throws Exception {
    endAtAStatement(isDone, 1, STRIDE);
  }

  private void endAtAStatement(boolean isDone, int first, int stride) throws Exception {
    int runs = 0;
    int twice = 0;
    for (int step = first; ; step += stride) {
      OutboxTables.empty(server);
      Run run = new Run(step, isDone);
      run.go();
      twice += (int) run.twice();
      if (!run.hasEnded) {
        break;
      }
      runs++;
    }
    System.out.printf("done %s: %d runs, %d keys delivered twice%n", isDone, runs, twice);
    assertThat(runs).isGreaterThan(2);
  }

  /** One machine that ends at a statement, and another one that finds what is left. */
  private static final class Run {
    private final VirtualDesk desk = new VirtualDesk(server);
    private final int step;
    private final boolean isDone;
    private final Set<String> acknowledged = new HashSet<>();
    private final Map<String, Integer> delivered = new HashMap<>();
    private final List<String> afterTheEnd = new ArrayList<>();
    private boolean hasEnded;

    Run(int step, boolean isDone) {
      this.step = step;
      this.isDone = isDone;
    }

    long twice() {
      return delivered.values().stream().filter(times -> times > 1).count();
    }

    void go() throws Exception {
      VirtualDesk.Dying link = desk.new Dying(step, isDone);
      PostgresOutbox first = desk.store(link);
      Outbox outbox = outbox(first, link);
      desk.time.run(
          () -> {
            outbox.start();
            for (int i = 0; i < 12; i++) {
              submit(outbox, i);
              desk.time.pass(Duration.ofMillis(300));
            }
            desk.time.pass(Duration.ofSeconds(6));
            outbox.close(Duration.ofSeconds(1));
          });
      hasEnded = link.isDead();
      try (PostgresOutbox store = desk.store(desk.new Link())) {
        Outbox next = outbox(store, null);
        desk.time.run(
            () -> {
              next.start();
              desk.time.pass(Duration.ofSeconds(12)); // four leases
              next.close();
            });
        check(store);
      }
      desk.close();
    }

    private Outbox outbox(PostgresOutbox store, VirtualDesk.Dying link) {
      ScriptedProvider vendor =
          ScriptedProvider.of("v", desk.time, Script.answerAfter(Duration.ofMillis(200), "hello"));
      return desk.machine(store, vendor, 1)
          .draining(Draining.standard().withLease(Duration.ofSeconds(3)))
          .handler(
              "count",
              done -> {
                delivered.merge(done.key(), 1, Integer::sum);
                if (link != null && link.isDead()) {
                  afterTheEnd.add(done.key());
                }
              })
          .build();
    }

    private void submit(Outbox outbox, int i) {
      String key = "key-" + i;
      CompletableFuture<OutboxItem> kept =
          outbox.submitAsync(Work.of("question").handler("count").key(key));
      if (kept.handle((item, failure) -> failure == null).join()) {
        acknowledged.add(key);
      }
    }

    private void check(PostgresOutbox store) {
      String which = "at statement %d, done %s".formatted(step, isDone);
      assertThat(delivered.keySet()).as(which).containsAll(acknowledged);
      assertThat(delivered.values()).as(which).allMatch(times -> times <= 2);
      Counts counts = store.counts().join();
      assertThat(counts.of(ItemState.DONE)).as(which).isEqualTo(delivered.size());
      assertThat(counts.items().keySet()).as(which).isSubsetOf(ItemState.DONE);
      assertThat(store.verify().problems()).as(which).isEmpty();
    }
  }

  @Test
  void machinesTryTogetherAsOneInAnOutageAndShareWhatThereIsAfterIt() throws Exception {
    shareOnePace(2, Duration.ofMinutes(4), 60);
  }

  @Tag("soak")
  @Test
  void soDoEightMachinesInALongOne() throws Exception {
    shareOnePace(8, Duration.ofMinutes(20), 300);
  }

  private void shareOnePace(int machines, Duration outage, int items) throws Exception {
    int[] count = new int[3]; // requests, of them in the outage, refused after it
    double[] bucket = {1, 0};
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v",
            desk.time,
            n -> {
              count[0]++;
              long now = desk.time.nanos();
              if (now < outage.toNanos()) {
                count[1]++;
                return Script.fail(ErrorKind.SERVER_ERROR);
              }
              bucket[0] = Math.min(4, bucket[0] + (now - bucket[1]) * 4 / 1e9);
              bucket[1] = now;
              if (bucket[0] < 1) {
                count[2]++;
                return Script.fail(ErrorKind.RATE_LIMITED);
              }
              bucket[0]--;
              return Script.answerAfter(Duration.ofMillis(300), "hello");
            });
    List<PostgresOutbox> stores = new ArrayList<>();
    List<Outbox> fleet = new ArrayList<>();
    for (int i = 0; i < machines; i++) {
      stores.add(desk.store(desk.new Link()));
      fleet.add(desk.machine(stores.get(i), vendor, i).build());
    }
    long[] drained = new long[1];
    desk.time.run(
        () -> {
          for (int i = 0; i < items; i++) {
            fleet.get(i % machines).submit(work("n" + i));
          }
          fleet.forEach(Outbox::start);
          desk.time.pass(outage);
          while (desk.handled.size() < items && desk.time.nanos() < 2 * outage.toNanos()) {
            desk.time.pass(Duration.ofSeconds(1));
          }
          drained[0] = (desk.time.nanos() - outage.toNanos()) / 1_000_000_000;
          fleet.forEach(outbox -> outbox.close(Duration.ofMinutes(1)));
        });
    stores.forEach(PostgresOutbox::close);
    System.out.printf(
        "%d machines: %d requests in an outage of %s; drained %d s after it, %d 429s of %d%n",
        machines, count[1], outage, drained[0], count[2], count[0] - count[1]);
    assertThat(desk.handled).hasSize(items).doesNotHaveDuplicates();
    assertThat(count[1]).isLessThan(60 + 4 * (int) outage.toMinutes() + 5 * machines);
    assertThat(count[2]).as("what it costs to find the limit").isLessThanOrEqualTo(18);
    assertThat(drained[0]).as("at 4 a second").isLessThan(items / 4 + 120);
  }
}
