package io.github.resilientllm.postgres;

import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.postgres.internal.outbox.Items;
import io.github.resilientllm.postgres.internal.outbox.OutboxLimits;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A store of an outbox in PostgreSQL, for several machines that share its work. The tables are
 * {@link PostgresSchema}'s to make.
 *
 * <pre>{@code
 * PostgresSchema.in(dataSource).create();
 * Outbox outbox = Outbox.with(llm).store(PostgresOutbox.on(dataSource)).handler(...).build();
 *
 * try (Connection connection = dataSource.getConnection()) {       // in a transaction of yours
 *   connection.setAutoCommit(false);
 *   insertOrder(connection);
 *   store.submit(connection, outbox.item(Work.of(request).handler("confirm").key("order-4711")));
 *   connection.commit();                                           // and only then it is there
 * }
 * }</pre>
 *
 * <p>What is taken is held for a lease by the database's clock; who was held up for longer finds
 * that others have it, and changes nothing any more. All dates are by the database's clock: those
 * of an item that is submitted count as so long after its submission.
 *
 * <p>No connection is kept while a model answers or a handler runs. Each statement or transaction
 * has its own, and leaves nothing in it, so a pooler such as PgBouncer may stand between. Close the
 * outbox, then the store; the {@code DataSource} is the application's to close, after it.
 */
public final class PostgresOutbox implements OutboxStore {
  private final Items items;

  private PostgresOutbox(Items items) {
    this.items = items;
  }

  /** A store by the defaults. Nothing is asked of the database yet. */
  public static PostgresOutbox on(DataSource source) {
    return builder(source).build();
  }

  /** Begins a store that differs from the defaults. */
  public static Builder builder(DataSource source) {
    return new Builder(source);
  }

  /**
   * Keeps an item in a transaction of the application's: if it is committed the item is there, and
   * is taken within a second or so; if it is rolled back it never was. Blocks for a statement.
   *
   * @param connection to the same database, with the same tables on its search path unless {@link
   *     Builder#schema} names theirs; it is neither committed nor closed
   * @param item as {@code Outbox.item(Work)} gives it
   * @return the item; the one that is there if one with its key is. Where another transaction has
   *     just submitted that key, this waits for its end
   * @throws io.github.resilientllm.outbox.OutboxException as {@link #submit(OutboxItem)}; after
   *     {@code FAILED} the transaction can only be rolled back
   */
  public OutboxItem submit(Connection connection, OutboxItem item) {
    return items.submit(Objects.requireNonNull(connection, "connection"), item);
  }

  /**
   * {@inheritDoc}
   *
   * <p>In the transaction that the calling thread is in, if {@link Builder#transaction} tells of
   * one; that blocks.
   */
  @Override
  public CompletableFuture<OutboxItem> submit(OutboxItem item) {
    return items.submit(item);
  }

  @Override
  public CompletableFuture<List<OutboxItem>> take(Take what) {
    return items.take(what);
  }

  @Override
  public CompletableFuture<Set<String>> renew(List<OutboxItem> taken, Duration time) {
    return items.renew(taken, time);
  }

  @Override
  public CompletableFuture<Boolean> put(OutboxItem item, boolean holds) {
    return items.put(item, holds);
  }

  @Override
  public CompletableFuture<Optional<OutboxItem>> find(String id) {
    return items.find(id);
  }

  @Override
  public CompletableFuture<Optional<OutboxItem>> findByKey(String key) {
    return items.findByKey(key);
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    return items.list(query);
  }

  @Override
  public CompletableFuture<Integer> change(Query which, Change how) {
    return items.change(which, how);
  }

  /**
   * {@inheritDoc}
   *
   * <p>It counts them all: a quarter of a second where a million wait.
   */
  @Override
  public CompletableFuture<Counts> counts() {
    return items.counts();
  }

  @Override
  public CompletableFuture<Void> pause(boolean paused) {
    return items.pause(paused);
  }

  @Override
  public CompletableFuture<Shared> shared() {
    return items.shared();
  }

  @Override
  public CompletableFuture<Boolean> share(Shared before, String note) {
    return items.share(before, note);
  }

  /**
   * Asks the database whether the tables are there and fit this program. Blocks.
   *
   * @throws io.github.resilientllm.outbox.OutboxException {@code FAILED} if not, or if it is not
   *     reached
   */
  public void check() {
    items.check();
  }

  /** Reads all items, compares checksums and says what is wrong; needs no key. Blocks. */
  public Check verify() {
    Items.Findings found = items.verify();
    return new Check(found.items(), found.bytes(), found.damaged(), found.problems());
  }

  @Override
  public void close() {
    items.close();
  }

  /**
   * What was found in the tables.
   *
   * @param items how many there are
   * @param bytes of their content
   * @param damaged whether something that was acknowledged is missing or was changed
   * @param problems up to 100, each with the id of its item
   */
  public record Check(long items, long bytes, boolean damaged, List<String> problems) {
    /** Copies the list. */
    public Check {
      problems = List.copyOf(problems);
    }
  }

  /** Collects what differs from the defaults. */
  public static final class Builder {
    private final Access access;
    private int maxItems = 1_000_000;
    private long maxBytes = 8L << 30;
    private int maxItemBytes = 4 << 20;
    private Duration remembersDone = Duration.ofDays(1);
    private Supplier<@Nullable Connection> transaction = () -> null;
    private LongSupplier nanos = System::nanoTime;
    private String clock = "clock_timestamp()";

    private Builder(DataSource source) {
      this.access = new Access(source);
    }

    /** The schema of the tables; where the user's search path has them by default. */
    public Builder schema(String schema) {
      access.schema(schema);
      return this;
    }

    /**
     * Tells {@link PostgresOutbox#submit(OutboxItem)} of the transaction that the calling thread is
     * in, so that it takes part in it.
     *
     * @param current gives its connection, which is closed after a statement and so should only be
     *     a handle of the transaction's; null if the thread is in none
     */
    public Builder transaction(Supplier<@Nullable Connection> current) {
      this.transaction = Objects.requireNonNull(current, "current");
      return this;
    }

    /**
     * How long the server may be silent before a connection counts as lost. 1 s to 1 h; 30 s by
     * default.
     */
    public Builder serverPatience(Duration patience) {
      access.serverPatience(patience);
      return this;
    }

    /**
     * The most threads that wait for the database, each with a connection: no more than the pool
     * has to spare. 1 to 1,000; 8 by default.
     */
    public Builder threads(int threads) {
      access.threads(threads);
      return this;
    }

    /** Threads of the application's instead; each task blocks for a statement or a few. */
    public Builder executor(Executor executor) {
      access.executor(executor);
      return this;
    }

    /**
     * The most items that wait or were given up, 1 to 100,000,000; 1,000,000 by default. Several
     * machines that submit at once may come somewhat above it.
     */
    public Builder maxItems(int maxItems) {
      Access.requireBetween("maxItems", maxItems, 1, 100_000_000);
      this.maxItems = maxItems;
      return this;
    }

    /** About the most bytes of content of all items, at least 1 MiB; 8 GiB by default. */
    public Builder maxBytes(long maxBytes) {
      Access.requireBetween("maxBytes", maxBytes, 1 << 20, Long.MAX_VALUE >> 2);
      this.maxBytes = maxBytes;
      return this;
    }

    /** The most characters of one item's request, and of its answer, 1 KiB to 32 MiB; 4 MiB. */
    public Builder maxItemBytes(int maxItemBytes) {
      Access.requireBetween("maxItemBytes", maxItemBytes, 1 << 10, 32 << 20);
      this.maxItemBytes = maxItemBytes;
      return this;
    }

    /**
     * How long items that are done or cancelled stay, and their keys keep others out, zero to 365
     * days; a day by default.
     */
    public Builder remembersDone(Duration time) {
      Access.requireBetween("remembersDone", time, Duration.ZERO, Duration.ofDays(365));
      this.remembersDone = time;
      return this;
    }

    /**
     * Encrypts what is asked and answered; all else stays readable. Off by default. What is not
     * encrypted is not read any more, unless {@link #readPlainToo}.
     */
    public Builder encryption(Encryption encryption) {
      access.encryption(encryption);
      return this;
    }

    /**
     * Reads what is not encrypted although there are keys, for items that were submitted before
     * there were: whoever can write the tables can then put words into them.
     */
    public Builder readPlainToo() {
      access.readPlainToo();
      return this;
    }

    /** A patience with the server of less than a second, for tests. */
    Builder impatient(Duration patience) {
      access.impatient(patience);
      return this;
    }

    /** The monotonic clock, for tests. */
    Builder nanos(LongSupplier nanos) {
      this.nanos = nanos;
      return this;
    }

    /** The expression by which the database tells the present instant, for tests. */
    Builder clock(String expression) {
      this.clock = expression;
      return this;
    }

    /** The store; nothing is asked of the database yet. */
    public PostgresOutbox build() {
      SecureRandom random = new SecureRandom();
      return new PostgresOutbox(
          new Items(
              access.database(),
              new OutboxLimits(maxItems, maxBytes, maxItemBytes, remembersDone),
              access.sealing(),
              access.workers(),
              random::nextLong,
              nanos,
              clock,
              transaction));
    }
  }
}
