package io.github.resilientllm.peers;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Take;
import io.github.resilientllm.postgres.PostgresOutbox;
import io.github.resilientllm.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Items a second into and out of the outbox's stores, with so many waiting, and the same for
 * db-scheduler on the same server: an item goes in with one durable commit and 300 bytes, by 8
 * threads; it comes out by being taken and noted as answered and as done (db-scheduler: picked,
 * executed by doing nothing, removed), by 8 threads.
 *
 * <p>{@code java OutboxStores 100000 1000000}; with {@code files}, {@code postgres} or {@code
 * scheduler} before them only those.
 */
public final class OutboxStores {
  private static final int THREADS = 8;
  private static final int MEASURED = 4000;
  private static final String WORK = "{\"x\":\"" + "y".repeat(292) + "\"}";
  private static final String ANSWER = WORK;
  private static final AtomicInteger IDS = new AtomicInteger();

  private OutboxStores() {}

  /** Prints a row for each store and number of items that wait. */
  public static void main(String[] arguments) throws Exception {
    Set<String> all = Set.of("files", "postgres", "scheduler");
    List<String> named = Stream.of(arguments).filter(all::contains).toList();
    Collection<String> stores = named.isEmpty() ? all : named;
    System.out.printf(
        "%-14s %10s %10s %10s %12s%n", "store", "waiting", "in /s", "out /s", "opened in");
    for (String size : Stream.of(arguments).filter(it -> !all.contains(it)).toList()) {
      int waiting = Integer.parseInt(size);
      if (stores.contains("files")) {
        files(waiting);
      }
      if (stores.contains("postgres")) {
        on(OutboxStores::postgres, waiting);
      }
      if (stores.contains("scheduler")) {
        on(OutboxStores::scheduler, waiting);
      }
    }
  }

  private static void print(String store, int waiting, double in, double out, String opened) {
    System.out.printf("%-14s %10d %10.0f %10.0f %12s%n", store, waiting, in, out, opened);
  }

  private interface OnServer {
    void run(PostgresServer server, int waiting) throws Exception;
  }

  private static void on(OnServer store, int waiting) throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      store.run(server, waiting);
    }
  }

  private interface Doing {
    void run() throws Exception;
  }

  /** Times in a second that eight threads do something. */
  private static double perSecond(int times, Doing doing) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    AtomicInteger left = new AtomicInteger(times);
    long start = System.nanoTime();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      all.add(
          threads.submit(
              () -> {
                while (left.getAndDecrement() > 0) {
                  doing.run();
                }
                return null;
              }));
    }
    for (Future<?> each : all) {
      each.get();
    }
    threads.shutdown();
    return times * 1e9 / (System.nanoTime() - start);
  }

  private static OutboxItem item() {
    int n = IDS.incrementAndGet();
    return OutboxItem.builder("%012d".formatted(n), "mail", WORK, Instant.now())
        .key("key-" + n)
        .expiresAt(Instant.now().plus(Duration.ofDays(7)))
        .build();
  }

  private static double in(OutboxStore store) throws Exception {
    return perSecond(MEASURED, () -> store.submit(item()).join());
  }

  /** One thread takes, as a drain does, and eight note. */
  private static double out(OutboxStore store) throws Exception {
    Deque<OutboxItem> taken = new ArrayDeque<>();
    Object lock = new Object();
    Take what = new Take(ItemState.WAITING, Set.of("mail"), 32, Duration.ofMinutes(3), false);
    return perSecond(
        MEASURED,
        () -> {
          OutboxItem item;
          synchronized (lock) {
            if (taken.isEmpty()) {
              taken.addAll(store.take(what).join());
            }
            item = taken.remove();
          }
          OutboxItem.Builder answered = item.toBuilder().state(ItemState.ANSWERED).answer(ANSWER);
          require(store.put(answered.build(), true).join());
          require(store.put(answered.state(ItemState.DONE).build(), false).join());
        });
  }

  private static void require(boolean done) {
    if (!done) {
      throw new IllegalStateException("an item was lost");
    }
  }

  private static void files(int waiting) throws Exception {
    Path directory = Files.createTempDirectory("outbox-stores");
    try {
      try (FileOutbox store = open(directory, FileJournal.Sync.none())) {
        fill(store, waiting);
      }
      try (FileOutbox store = open(directory, FileJournal.Sync.boundary())) {
        store.shared().join(); // copies what was not forced
      }
      long start = System.nanoTime();
      try (FileOutbox store = open(directory, FileJournal.Sync.boundary())) {
        store.shared().join();
        double opened = (System.nanoTime() - start) / 1e9;
        double in = in(store);
        print("files", waiting, in, out(store), "%.1f s".formatted(opened));
      }
    } finally {
      delete(directory);
    }
  }

  private static FileOutbox open(Path directory, FileJournal.Sync sync) {
    return FileOutbox.builder(directory).maxItems(5_000_000).maxBytes(8L << 30).sync(sync).build();
  }

  private static void fill(OutboxStore store, int waiting) {
    List<CompletableFuture<?>> some = new ArrayList<>();
    for (int i = 0; i < waiting; i++) {
      some.add(store.submit(item()));
      if (some.size() == 1000) {
        CompletableFuture.allOf(some.toArray(CompletableFuture[]::new)).join();
        some.clear();
      }
    }
    CompletableFuture.allOf(some.toArray(CompletableFuture[]::new)).join();
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private static HikariDataSource pool(PostgresServer server) {
    HikariDataSource pool = new HikariDataSource();
    pool.setDataSource(server.database());
    pool.setMaximumPoolSize(2 * THREADS + 2);
    return pool;
  }

  private static void postgres(PostgresServer server, int waiting) throws Exception {
    try (HikariDataSource pool = pool(server);
        PostgresOutbox store = PostgresOutbox.builder(pool).maxItems(5_000_000).build()) {
      execute(
          pool,
          "INSERT INTO resilient_llm_item (id, key, handler, priority, tenant, turn, state,"
              + " submitted_at, expires_at, not_before, changed_at, reason, ready, next_at, held,"
              + " lease, work_crc, work) SELECT 'old-' || n, 'old-' || n, 'mail', 40, '', n,"
              + " 'waiting', now(), now() + interval '7 days', now(), now(), '', true, now() +"
              + " interval '7 days', false, 0, 0, repeat('y', 300)::bytea FROM generate_series(1, "
              + waiting
              + ") n");
      execute(pool, "ANALYZE resilient_llm_item");
      execute(pool, "CHECKPOINT");
      double in = in(store);
      print("PostgreSQL", waiting, in, out(store), "");
    }
  }

  private static void scheduler(PostgresServer server, int waiting) throws Exception {
    try (HikariDataSource pool = pool(server)) {
      execute(
          pool,
          "CREATE TABLE scheduled_tasks (task_name text NOT NULL, task_instance text NOT NULL,"
              + " task_data bytea, execution_time timestamptz, picked boolean NOT NULL, picked_by"
              + " text, last_success timestamptz, last_failure timestamptz, consecutive_failures"
              + " int, last_heartbeat timestamptz, version bigint NOT NULL, priority smallint,"
              + " state text, PRIMARY KEY (task_name, task_instance))");
      execute(pool, "CREATE INDEX ON scheduled_tasks (execution_time)");
      execute(pool, "CREATE INDEX ON scheduled_tasks (last_heartbeat)");
      execute(pool, "CREATE INDEX ON scheduled_tasks (priority DESC, execution_time ASC)");
      // Those that are there come after what is measured, as they do in ours.
      execute(
          pool,
          "INSERT INTO scheduled_tasks (task_name, task_instance, task_data, execution_time,"
              + " picked, version, priority) SELECT 'ask', 'old-' || n, repeat('y', 300)::bytea,"
              + " now() - interval '1 second', false, 1, 0 FROM generate_series(1, "
              + waiting
              + ") n");
      execute(pool, "ANALYZE scheduled_tasks");
      execute(pool, "CHECKPOINT");
      CountDownLatch done = new CountDownLatch(MEASURED);
      OneTimeTask<byte[]> task =
          Tasks.oneTime("ask", byte[].class).execute((instance, context) -> done.countDown());
      Scheduler scheduler =
          Scheduler.create(pool, task)
              .threads(THREADS)
              .pollUsingLockAndFetch(0.5, 4.0)
              .pollingInterval(Duration.ofMillis(100))
              .enablePriority()
              .build();
      byte[] data = new byte[300];
      Instant due = Instant.now().minusSeconds(3600);
      double in =
          perSecond(
              MEASURED,
              () ->
                  scheduler.schedule(
                      task.instanceBuilder("n" + IDS.incrementAndGet())
                          .data(data)
                          .priority(90)
                          .build(),
                      due));
      long start = System.nanoTime();
      scheduler.start();
      if (!done.await(10, TimeUnit.MINUTES)) {
        throw new IllegalStateException("db-scheduler did not end");
      }
      double out = MEASURED * 1e9 / (System.nanoTime() - start);
      scheduler.stop();
      print("db-scheduler", waiting, in, out, "");
    }
  }

  private static void execute(HikariDataSource pool, String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
