package io.github.resilientllm.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.github.resilientllm.Conversation;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.Window;
import io.github.resilientllm.postgres.PostgresJournal;
import io.github.resilientllm.postgres.PostgresSchema;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Conversations in PostgreSQL beside what an application would write itself on the same server, by
 * the same pool: a row for the question and one for the answer, each with its commit. The server is
 * started for it, with fsync on.
 *
 * <p>{@code PostgresTurns 3 1 64 500}: for how many seconds each round takes, and how many
 * conversations are at it at once.
 */
final class PostgresTurns {
  private static final String KIB = "x".repeat(1024);
  private static final int CONNECTIONS = 16;
  private static final int ROUNDS = 3;
  private static final Conversations TWENTY =
      Conversations.standard().withWindow(Window.ofMessages(20));

  private final HikariDataSource pool;
  private final AtomicInteger ids = new AtomicInteger();

  private PostgresTurns(HikariDataSource pool) {
    this.pool = pool;
  }

  /** Runs all and prints it. */
  public static void main(String[] args) throws Exception {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(server.getPostgresDatabase());
      pool.setMaximumPoolSize(CONNECTIONS);
      PostgresSchema.in(pool).create();
      PostgresTurns turns = new PostgresTurns(pool);
      turns.execute("CREATE TABLE plain (c text, n bigint, body text, PRIMARY KEY (c, n))");
      for (int i = 1; i < args.length; i++) {
        turns.compare(Integer.parseInt(args[i]), Integer.parseInt(args[0]));
      }
      turns.answer();
      turns.list();
      turns.longConversation();
    }
  }

  /** What does something again and again for one conversation. */
  private interface Worker {
    void once() throws SQLException;
  }

  private void compare(int conversations, int seconds) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      double plain = rate(conversations, seconds, this::plain);
      double ours;
      try (PostgresJournal journal = PostgresJournal.builder(pool).threads(CONNECTIONS).build()) {
        ResilientLlm llm = client(journal, new InstantProvider());
        ours = rate(conversations, seconds, () -> turn(llm));
      }
      System.out.printf(
          "%4d conversations: %6.0f turns a second, plain %6.0f: %.2f of its time%n",
          conversations, ours, plain, plain / ours);
    }
  }

  private static ResilientLlm client(Journal journal, LlmProvider vendor) {
    return ResilientLlm.with(vendor).journal(journal).conversations(TWENTY).build();
  }

  private Worker turn(ResilientLlm llm) {
    Conversation conversation = llm.conversation("c" + ids.incrementAndGet());
    return () -> conversation.say(KIB);
  }

  private Worker plain() {
    String id = "c" + ids.incrementAndGet();
    AtomicInteger n = new AtomicInteger();
    return () -> {
      insert(id, n.incrementAndGet());
      insert(id, n.incrementAndGet());
    };
  }

  private void insert(String id, int n) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement sql = connection.prepareStatement("INSERT INTO plain VALUES (?, ?, ?)")) {
      sql.setString(1, id);
      sql.setInt(2, n);
      sql.setString(3, KIB);
      sql.executeUpdate();
    }
  }

  /** How often a second, all together, after half that time for warming up. */
  private static double rate(int threads, int seconds, Callable<Worker> workers) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    long begins = System.nanoTime() + seconds * 500_000_000L;
    long ends = begins + seconds * 1_000_000_000L;
    List<Future<Long>> counts = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Worker worker = workers.call();
      counts.add(
          executor.submit(
              () -> {
                long count = 0;
                for (long now = System.nanoTime(); now < ends; now = System.nanoTime()) {
                  worker.once();
                  count += now < begins ? 0 : 1;
                }
                return count;
              }));
    }
    long all = 0;
    for (Future<Long> count : counts) {
      all += count.get();
    }
    executor.shutdown();
    return all / (double) seconds;
  }

  /** What the server writes for an answer that is streamed as models do, and what of it is left. */
  private void answer() throws Exception {
    int answers = 20;
    try (PostgresJournal journal = PostgresJournal.builder(pool).threads(CONNECTIONS).build()) {
      ResilientLlm llm = client(journal, new Typist());
      ExecutorService executor = Executors.newFixedThreadPool(answers);
      long before = number("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn");
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < answers; i++) {
        running.add(executor.submit(() -> read(llm)));
      }
      for (Future<?> each : running) {
        each.get();
      }
      long wal = number("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn") - before;
      executor.shutdown();
      System.out.printf(
          "an answer of %d tokens, %d bytes at 50 tokens a second: %d bytes of WAL, %.1f for each%n",
          Typist.TOKENS,
          Typist.TOKENS * Typist.TOKEN.length(),
          wal / answers,
          wal / (double) answers / Typist.TOKENS / Typist.TOKEN.length());
    }
  }

  private void read(ResilientLlm llm) {
    try (ChatStream stream = llm.conversation("s" + ids.incrementAndGet()).stream("Where is it?")) {
      stream.iterator().forEachRemaining(event -> {});
    }
  }

  private void list() throws SQLException {
    execute(
        "INSERT INTO resilient_llm_conversation SELECT -i, 'l' || i, 3, now(), 'idle', 3, 100, 0, 0,"
            + " false, now() + i * interval '1 s', 0, '-infinity', '' FROM generate_series(1, 10000) i");
    execute("ANALYZE");
    try (PostgresJournal journal = PostgresJournal.on(pool)) {
      for (int round = 0; round < ROUNDS; round++) {
        long began = System.nanoTime();
        int pages = 0;
        int shown = 0;
        Journal.Query query = Journal.Query.all();
        while (shown < 10_000) {
          Journal.Listing page = journal.list(query).join();
          query = query.from(page.next());
          shown += page.heads().size();
          pages++;
        }
        System.out.printf("a list of %,d in %d pages: %.1f ms%n", shown, pages, millisSince(began));
      }
    }
  }

  /** A turn of a client that has not seen the conversation before. */
  private void longConversation() {
    String text = "x".repeat(32 << 10);
    try (PostgresJournal journal = PostgresJournal.on(pool)) {
      ResilientLlm llm = client(journal, new InstantProvider());
      for (int turns : new int[] {40, 3_200}) {
        String id = "long " + turns;
        Conversation conversation = llm.conversation(id);
        for (int i = 0; i < turns; i++) {
          conversation.say(text);
        }
        long bytes = journal.head(id).join().orElseThrow().bytes();
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
          Conversation cold = client(journal, new InstantProvider()).conversation(id);
          long began = System.nanoTime();
          cold.say("And now?");
          best = Math.min(best, millisSince(began));
        }
        System.out.printf("a cold turn in a conversation of %.1f MB: %.1f ms%n", bytes / 1e6, best);
      }
    }
  }

  private static double millisSince(long began) {
    return (System.nanoTime() - began) / 1e6;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      found.next();
      return found.getLong(1);
    }
  }

  /** A vendor that says fifty tokens a second. */
  private static final class Typist implements LlmProvider {
    static final int TOKENS = 220;
    static final String TOKEN = "token";

    @Override
    public String vendor() {
      return "typist";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      return new ProviderCall() {
        private int said;

        @Override
        public ChatEvent.@Nullable Delta next() {
          if (said == TOKENS) {
            return null;
          }
          said++;
          LockSupport.parkNanos(20_000_000);
          return new ChatEvent.TextDelta(TOKEN);
        }

        @Override
        public Completion completion() {
          return Completion.of(FinishReason.STOP, Usage.of(12, TOKENS));
        }

        @Override
        public void close() {}
      };
    }
  }
}
