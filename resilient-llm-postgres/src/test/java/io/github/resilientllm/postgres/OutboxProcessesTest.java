package io.github.resilientllm.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Processes that submit and drain work together while they are killed at random, or while the
 * server is killed or stands still. In the normal run {@link OutboxMachinesTest} does the same to
 * machines in virtual time.
 */
@Tag("soak")
@Timeout(300)
class OutboxProcessesTest {
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** All processes of a test, and what they said. */
  @SuppressWarnings("try") // it may be interrupted while it waits for them
  private static final class Fleet implements AutoCloseable {
    private final PGSimpleDataSource database;
    private final CountingVendor vendor;
    private final List<Process> running = new ArrayList<>();
    private final Map<Process, String> names = new HashMap<>();
    private final Set<String> killed = ConcurrentHashMap.newKeySet();
    private final Set<String> kept = ConcurrentHashMap.newKeySet();
    private final Map<String, Queue<String>> delivered = new ConcurrentHashMap<>(); // to whom
    private final List<Thread> readers = new ArrayList<>();
    private int started;

    Fleet(PGSimpleDataSource database, CountingVendor vendor) {
      this.database = database;
      this.vendor = vendor;
    }

    CountDownLatch add(int submits) throws IOException {
      String name = "m" + started++;
      Process process = Machine.start(database, vendor.port(), name, submits);
      CountDownLatch submitted = new CountDownLatch(1);
      Thread reader = new Thread(() -> read(process, name, submitted), name);
      reader.setDaemon(true);
      reader.start();
      running.add(process);
      names.put(process, name);
      readers.add(reader);
      return submitted;
    }

    private void read(Process process, String name, CountDownLatch submitted) {
      try (BufferedReader lines = process.inputReader(UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("kept ")) {
            kept.add(line.substring(5));
          } else if (line.startsWith("delivered ")) {
            delivered
                .computeIfAbsent(line.substring(10), key -> new ConcurrentLinkedQueue<>())
                .add(name);
          } else if (line.equals("submitted")) {
            submitted.countDown();
          }
        }
      } catch (IOException e) {
        // it is dead
      }
      submitted.countDown();
    }

    void kill(int which) throws InterruptedException {
      Process victim = running.remove(which);
      killed.add(names.get(victim));
      victim.destroyForcibly().waitFor();
    }

    /** Waits until all that was kept is delivered. */
    void awaitAll(PostgresOutbox store) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      for (int i = 0; i < 1200; i++) {
        Counts counts = store.counts().join();
        if (counts.of(ItemState.WAITING) + counts.of(ItemState.ANSWERED) == 0) {
          return;
        }
        boolean unused = never.await(100, TimeUnit.MILLISECONDS);
      }
      throw new AssertionError("not drained in two minutes: " + store.counts().join());
    }

    @Override
    public void close() throws IOException, InterruptedException {
      for (Process process : running) {
        process.outputWriter(UTF_8).close();
      }
      for (Process process : running) {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      }
      for (Thread reader : readers) {
        reader.join(5000);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void processesThatAreKilledAtRandomLoseNothing(int machines) throws Exception {
    PGSimpleDataSource database = server.database();
    Random random = new Random(machines);
    CountDownLatch never = new CountDownLatch(1);
    try (CountingVendor vendor = new CountingVendor(200);
        PostgresOutbox store = PostgresOutbox.on(database)) {
      vendor.comesUp();
      Fleet fleet = new Fleet(database, vendor);
      try (fleet) {
        for (int i = 0; i < machines; i++) {
          fleet.add(150);
        }
        for (int kills = 0; kills < 10; kills++) {
          boolean unused = never.await(1000 + random.nextInt(1500), TimeUnit.MILLISECONDS);
          fleet.kill(random.nextInt(machines));
          fleet.add(60);
        }
        fleet.awaitAll(store);
      }
      check(fleet, store, machines + " processes, 10 killed");
    }
  }

  @Test
  void aServerThatIsKilledAndOneThatStandsStillLoseNothing() throws Exception {
    PGSimpleDataSource database = server.database();
    CountDownLatch never = new CountDownLatch(1);
    try (CountingVendor vendor = new CountingVendor(200);
        PostgresOutbox store = PostgresOutbox.on(database)) {
      vendor.comesUp();
      Fleet fleet = new Fleet(database, vendor);
      try (fleet) {
        fleet.add(1000);
        fleet.add(1000);
        for (int i = 0; i < 4; i++) {
          boolean unused = never.await(2500, TimeUnit.MILLISECONDS);
          server.kill();
          server.restart();
          unused = never.await(2500, TimeUnit.MILLISECONDS);
          server.freeze();
          unused = never.await(i % 2 == 0 ? 1000 : 4000, TimeUnit.MILLISECONDS);
          server.thaw();
        }
        fleet.awaitAll(store);
      }
      // Leases of 3 s run out while the server stands still for 4 s: then somebody else asks again.
      assertAllDelivered(fleet, store, "server killed and frozen 4 times each");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void machinesShareOnePace(int machines) throws Exception {
    PGSimpleDataSource database = server.database();
    CountDownLatch never = new CountDownLatch(1);
    try (CountingVendor vendor = new CountingVendor(4);
        PostgresOutbox store = PostgresOutbox.on(database)) {
      Fleet fleet = new Fleet(database, vendor);
      try (fleet) {
        List<CountDownLatch> submitted = new ArrayList<>();
        for (int i = 0; i < machines; i++) {
          submitted.add(fleet.add(120 / machines));
        }
        for (CountDownLatch each : submitted) {
          each.await();
        }
        boolean unused = never.await(20, TimeUnit.SECONDS);
        int before = vendor.requests();
        unused = never.await(20, TimeUnit.SECONDS);
        int inOutage = vendor.requests() - before;
        vendor.comesUp();
        fleet.awaitAll(store);
        System.out.printf(
            "%d processes: %d requests in 20 s of outage, then %d 429s of %d%n",
            machines, inOutage, vendor.refused(), vendor.requests() - before - inOutage);
        assertThat(inOutage).isLessThan(20);
        assertThat(vendor.refused()).as("what it costs to find the limit").isLessThanOrEqualTo(6);
      }
      check(fleet, store, machines + " processes, a vendor that was down");
    }
  }

  private static void check(Fleet fleet, PostgresOutbox store, String what) {
    assertAllDelivered(fleet, store, what);
    fleet.delivered.forEach(
        (key, to) -> {
          List<String> all = List.copyOf(to);
          assertThat(fleet.killed)
              .as("%s: %s was delivered to %s; all but the last were killed", what, key, all)
              .containsAll(all.subList(0, all.size() - 1));
        });
  }

  private static void assertAllDelivered(Fleet fleet, PostgresOutbox store, String what) {
    long twice = fleet.delivered.values().stream().filter(to -> to.size() > 1).count();
    System.out.printf(
        "%s: %d kept, %d delivered, %d of them twice%n",
        what, fleet.kept.size(), fleet.delivered.size(), twice);
    assertThat(fleet.kept).as(what).hasSizeGreaterThan(50);
    assertThat(fleet.delivered.keySet()).as(what).containsAll(fleet.kept);
    assertThat(store.counts().join().items()).as(what).containsOnlyKeys(ItemState.DONE);
    assertThat(store.verify().problems()).as(what).isEmpty();
  }
}
