package io.github.resilientllm.postgres.internal.outbox;

import io.github.resilientllm.journal.Sealing;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.postgres.internal.outbox.ItemStatements.Changed;
import io.github.resilientllm.postgres.internal.sql.Database;
import io.github.resilientllm.postgres.internal.sql.Ids;
import io.github.resilientllm.postgres.internal.sql.Schema;
import io.github.resilientllm.postgres.internal.sql.Trouble;
import io.github.resilientllm.postgres.internal.sql.Workers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The outbox in a database. */
public final class Items implements OutboxStore {
  /** Whoever purges or goes away at the same time as we submit; more often it would be odd. */
  private static final int MOST_TRIES = 5;

  /** A lane whose first item came while the one before it went is found after so long. */
  private static final long SWEEP = 10_000_000_000L;

  private static final int PAGE = 100;
  private static final int MOST_PROBLEMS = 100;

  private final Database database;
  private final OutboxLimits limits;
  private final Contents contents;
  private final Workers workers;
  private final LongSupplier random;
  private final LongSupplier nanos;
  private final Supplier<@Nullable Connection> transaction;
  private final ItemStatements statements;
  private final Room room;
  private final AtomicLong sweptAt;
  private volatile boolean checked;
  private volatile boolean closed;

  /**
   * The outbox in a database.
   *
   * @param random gives leases, which nobody must guess or repeat
   * @param nanos monotonic
   * @param clock the expression by which the database tells the present instant
   * @param transaction gives the connection of the transaction that the calling thread is in, to be
   *     closed; null if it is in none
   */
  public Items(
      Database database,
      OutboxLimits limits,
      Sealing sealing,
      Workers workers,
      LongSupplier random,
      LongSupplier nanos,
      String clock,
      Supplier<@Nullable Connection> transaction) {
    this.database = database;
    this.limits = limits;
    this.contents = new Contents(sealing);
    this.workers = workers;
    this.random = random;
    this.nanos = nanos;
    this.transaction = transaction;
    this.statements = new ItemStatements(database, limits.remembersDone(), clock);
    this.room = new Room(limits.items(), limits.bytes(), nanos);
    this.sweptAt = new AtomicLong(nanos.getAsLong());
  }

  @Override
  public CompletableFuture<OutboxItem> submit(OutboxItem item) {
    requireObject("An item's work", item.work());
    Connection connection;
    try {
      connection = closed ? null : transaction.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(
          new OutboxException(
              Reason.FAILED, "The application's transaction threw " + e.getClass().getName(), e));
    }
    if (connection != null) {
      try (connection) {
        return CompletableFuture.completedFuture(submit(connection, item));
      } catch (SQLException e) {
        return CompletableFuture.failedFuture(failed("Submitting", e));
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return blocking(
        "Submitting",
        () -> {
          Contents.Stored work = work(item);
          return database.call(c -> keep(c, item, work, false));
        });
  }

  /** Keeps an item in the application's own transaction, if that is committed. Blocks. */
  public OutboxItem submit(Connection connection, OutboxItem item) {
    requireObject("An item's work", item.work());
    try {
      requireTables();
      Contents.Stored work = work(item);
      return keep(connection, item, work, true);
    } catch (SQLException e) {
      throw failed("Submitting", e);
    }
  }

  private Contents.Stored work(OutboxItem item) {
    if (item.work().length() > limits.itemBytes()) {
      throw new OutboxException(
          Reason.TOO_LARGE,
          "The work has %d characters and maxItemBytes is %d; shorten it or allow more"
              .formatted(item.work().length(), limits.itemBytes()));
    }
    return contents.stored(item.id(), Ids.encode(item.id()), Contents.WORK, item.work());
  }

  /** Keeps it, or finds who is there with its key or id. */
  private OutboxItem keep(
      Connection connection, OutboxItem item, Contents.Stored work, boolean isOthers)
      throws SQLException {
    room.take(connection, work.bytes().length, statements::size);
    for (int tries = 1; ; tries++) {
      Optional<ItemRow> kept = statements.insert(connection, item, work, isOthers);
      if (kept.isEmpty()) {
        kept = statements.same(connection, item); // may be gone again
      }
      if (kept.isPresent()) {
        return kept.get().item();
      }
      if (tries == MOST_TRIES) {
        throw new OutboxException(
            Reason.FAILED, "Items with the key of this one come and go; submit it again");
      }
    }
  }

  @Override
  public CompletableFuture<List<OutboxItem>> take(Take what) {
    long lease = notZero();
    boolean[] isAgain = new boolean[1];
    return blocking(
        "Taking",
        () ->
            database.call(
                connection -> {
                  if (isAgain[0]) {
                    statements.untake(connection, lease);
                  }
                  isAgain[0] = true;
                  wake(connection);
                  return opened(connection, statements.take(connection, what, lease));
                }));
  }

  private void wake(Connection connection) throws SQLException {
    promote(connection, statements.wake(connection));
    long now = nanos.getAsLong();
    long last = sweptAt.get();
    if (now - last > SWEEP && sweptAt.compareAndSet(last, now)) {
      promote(connection, statements.lanes(connection));
    }
  }

  private void promote(Connection connection, Set<String> lanes) throws SQLException {
    if (!lanes.isEmpty()) {
      statements.promote(connection, lanes);
    }
  }

  /** Those that were taken, with their content. One that cannot be read holds up no others. */
  private List<OutboxItem> opened(Connection connection, List<ItemRow> rows) throws SQLException {
    List<OutboxItem> items = new ArrayList<>();
    for (ItemRow row : rows) {
      try {
        items.add(opened(row));
      } catch (OutboxException e) {
        boolean isDamaged = e.reason() == Reason.DAMAGED;
        promote(
            connection,
            statements.unread(connection, row, isDamaged, "cannot be read: " + e.getMessage()));
      }
    }
    return items;
  }

  private OutboxItem opened(ItemRow row) {
    OutboxItem.Builder item = row.item().toBuilder();
    String id = row.item().id();
    if (row.work() != null) {
      item.work(contents.text(id, row.storedId(), Contents.WORK, row.work()));
    }
    if (row.answer() != null) {
      item.answer(contents.text(id, row.storedId(), Contents.ANSWER, row.answer()));
    }
    return item.build();
  }

  @Override
  public CompletableFuture<Set<String>> renew(List<OutboxItem> taken, Duration time) {
    return blocking(
        "Renewing", () -> database.call(connection -> statements.renew(connection, taken, time)));
  }

  @Override
  public CompletableFuture<Boolean> put(OutboxItem item, boolean holds) {
    item.answer().ifPresent(answer -> requireObject("An answer", answer));
    return blocking(
        "Noting",
        () -> {
          Contents.Stored answer = answer(item);
          return database.call(connection -> put(connection, item, answer, holds));
        });
  }

  private boolean put(
      Connection connection, OutboxItem item, Contents.@Nullable Stored answer, boolean holds)
      throws SQLException {
    Optional<Set<String>> lanes = statements.put(connection, item, answer, holds);
    if (lanes.isPresent()) {
      promote(connection, lanes.get());
      return true;
    }
    boolean wasPut = item.lease() != 0 && !holds && statements.wasPut(connection, item);
    if (wasPut && item.lane().isPresent()) {
      promote(connection, Set.of(Ids.encode(item.lane().get())));
    }
    return wasPut;
  }

  private Contents.@Nullable Stored answer(OutboxItem item) {
    String answer = item.answer().orElse(null);
    if (answer == null || item.state() == ItemState.DONE) {
      return null;
    }
    if (answer.length() > limits.itemBytes()) {
      throw new OutboxException(
          Reason.TOO_LARGE,
          "The answer has %d characters and maxItemBytes is %d; allow more"
              .formatted(answer.length(), limits.itemBytes()));
    }
    return contents.stored(item.id(), Ids.encode(item.id()), Contents.ANSWER, answer);
  }

  @Override
  public CompletableFuture<Optional<OutboxItem>> find(String id) {
    return found(id, false);
  }

  @Override
  public CompletableFuture<Optional<OutboxItem>> findByKey(String key) {
    return found(key, true);
  }

  private CompletableFuture<Optional<OutboxItem>> found(String name, boolean isKey) {
    return blocking(
        "Looking",
        () ->
            database
                .call(connection -> statements.find(connection, name, isKey))
                .map(this::opened));
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    long after = query.from().isEmpty() ? 0 : number(query.from());
    return blocking(
        "Listing",
        () -> {
          List<ItemRow> rows =
              database.call(
                  connection -> statements.list(connection, query, after, query.limit() + 1));
          boolean isMore = rows.size() > query.limit();
          List<ItemRow> page = isMore ? rows.subList(0, query.limit()) : rows;
          return new Listing(
              page.stream().map(ItemRow::item).toList(),
              isMore ? Long.toString(page.get(page.size() - 1).number()) : "");
        });
  }

  private static long number(String from) {
    try {
      return Long.parseLong(from);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "A listing goes on from what the page before said, not from '" + from + "'", e);
    }
  }

  @Override
  public CompletableFuture<Integer> change(Query which, Change how) {
    return blocking(
        "Changing",
        () -> {
          int count = 0;
          long after = 0;
          do {
            long from = after;
            Changed changed =
                database.call(
                    connection -> {
                      Changed some = statements.change(connection, which, how, from);
                      promote(connection, some.lanes());
                      return some;
                    });
            count += changed.count();
            after = changed.last();
          } while (after > 0);
          return count;
        });
  }

  @Override
  public CompletableFuture<Counts> counts() {
    return blocking("Counting", () -> database.call(statements::counts));
  }

  @Override
  public CompletableFuture<Void> pause(boolean paused) {
    return blocking(
            "Pausing",
            () ->
                database.call(
                    connection -> {
                      statements.pause(connection, paused);
                      return paused;
                    }))
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Shared> shared() {
    return blocking("Looking", () -> database.call(statements::shared));
  }

  @Override
  public CompletableFuture<Boolean> share(Shared before, String note) {
    if (note.length() > Shared.MAX_NOTE_LENGTH) {
      throw new IllegalArgumentException(
          "A note has at most %d characters, not %d"
              .formatted(Shared.MAX_NOTE_LENGTH, note.length()));
    }
    // Not again where its end was not heard: the version then says that somebody was first.
    return blocking(
        "Sharing",
        () -> database.call(connection -> statements.share(connection, before.version(), note)));
  }

  /**
   * What was found.
   *
   * @param problems up to 100, each with the item's id
   */
  public record Findings(long items, long bytes, boolean damaged, List<String> problems) {}

  /** Reads all items and their checksums; needs no key. Blocks. */
  public Findings verify() {
    return await(blocking("Verifying", this::verifyHere));
  }

  private Findings verifyHere() throws SQLException {
    long items = 0;
    long bytes = 0;
    boolean isDamaged = false;
    List<String> problems = new ArrayList<>();
    List<ItemRow> page;
    long after = 0;
    do {
      long from = after;
      page = database.call(connection -> statements.page(connection, from, PAGE));
      for (ItemRow row : page) {
        after = row.number();
        items++;
        bytes += size(row.work()) + size(row.answer());
        String problem = problem(row);
        isDamaged |= !problem.isEmpty();
        if (!problem.isEmpty() && problems.size() < MOST_PROBLEMS) {
          problems.add("item %s: %s".formatted(row.storedId(), problem));
        }
      }
    } while (page.size() == PAGE);
    return new Findings(items, bytes, isDamaged, problems);
  }

  private static long size(Contents.@Nullable Stored stored) {
    return stored == null ? 0 : stored.bytes().length;
  }

  private static String problem(ItemRow row) {
    ItemState state = row.item().state();
    if (row.work() == null && state != ItemState.DONE) {
      return "its work is missing";
    }
    if (row.work() != null && !row.work().isSound(row.storedId(), Contents.WORK)) {
      return "its work has a wrong checksum";
    }
    if (row.answer() != null && !row.answer().isSound(row.storedId(), Contents.ANSWER)) {
      return "its answer has a wrong checksum";
    }
    return row.answer() == null && state == ItemState.ANSWERED ? "its answer is missing" : "";
  }

  /** Checks the tables now. Blocks. */
  public void check() {
    boolean unused = await(blocking("Looking at the tables", () -> true));
  }

  @Override
  public void close() {
    closed = true;
    workers.retire();
  }

  private long notZero() {
    long drawn = random.getAsLong();
    return drawn == 0 ? 1 : drawn;
  }

  private interface Blocking<T> {
    T run() throws SQLException;
  }

  private <T> CompletableFuture<T> blocking(String doing, Blocking<T> work) {
    CompletableFuture<T> result =
        workers.submit(
            () -> {
              try {
                requireTables();
                return work.run();
              } catch (SQLException e) {
                throw failed(doing, e);
              }
            });
    return result.exceptionallyCompose(e -> CompletableFuture.failedFuture(told(doing, cause(e))));
  }

  private static Throwable told(String doing, Throwable e) {
    if (e instanceof RejectedExecutionException) {
      return new OutboxException(
          Reason.FAILED,
          doing + " was refused by the outbox's executor: it has no thread or room left",
          e);
    }
    return e instanceof OutboxException || e instanceof Error
        ? e
        : new OutboxException(Reason.FAILED, doing + " threw " + e.getClass().getName(), e);
  }

  private static Throwable cause(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
  }

  private static <T> T await(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static OutboxException failed(String doing, SQLException e) {
    return new OutboxException(
        Reason.FAILED,
        "%s failed in the outbox's database: %s".formatted(doing, Trouble.words(e)),
        Trouble.cause(e));
  }

  /** Looks once at what the tables are. */
  private void requireTables() throws SQLException {
    if (closed) {
      throw new OutboxException(Reason.CLOSED, "The outbox's store was closed");
    }
    if (checked) {
      return;
    }
    Optional<String> problem = Schema.problem(database, Schema.OUTBOX);
    if (problem.isPresent()) {
      throw new OutboxException(Reason.FAILED, "The outbox cannot be used: " + problem.get());
    }
    checked = true;
  }

  /** Refuses what is no JSON object on one line, as far as its braces and strings tell. */
  private static void requireObject(String what, String json) {
    int depth = 0;
    boolean isText = false;
    int end = -1;
    for (int i = 0; i < json.length() && end < 0; i++) {
      char c = json.charAt(i);
      if (isText) {
        isText = c != '"';
        i += c == '\\' ? 1 : 0;
      } else if (c == '"') {
        isText = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        end = --depth == 0 ? i : -1;
      }
    }
    boolean isOne = json.startsWith("{") && json.endsWith("}") && end == json.length() - 1;
    if (!isOne || json.indexOf('\n') >= 0 || json.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(what + " must be one JSON object on one line");
    }
  }
}
