package io.github.resilientllm.postgres.internal.journal;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.postgres.internal.journal.Statements.Deleted;
import io.github.resilientllm.postgres.internal.journal.Statements.Holder;
import io.github.resilientllm.postgres.internal.journal.Statements.Part;
import io.github.resilientllm.postgres.internal.journal.Statements.Taken;
import io.github.resilientllm.postgres.internal.sql.Database;
import io.github.resilientllm.postgres.internal.sql.Ids;
import io.github.resilientllm.postgres.internal.sql.Later;
import io.github.resilientllm.postgres.internal.sql.Schema;
import io.github.resilientllm.postgres.internal.sql.Work;
import io.github.resilientllm.postgres.internal.sql.Workers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The conversations in a database. */
public final class Conversations implements Journal {
  /** How often a conversation is looked at that another program has. */
  private static final Duration POLL = Duration.ofMillis(100);

  /** How often one that was given back in this very moment is tried at once. */
  private static final int MOST_TRIES = 3;

  private static final int MOST_PROBLEMS = 100;

  private final Database database;
  private final Settings settings;
  private final Workers workers;
  private final Later later;
  private final LongSupplier random;
  private final LongSupplier nanos;
  private final Statements statements;
  private final Encoding encoding;
  private final Heartbeat heartbeat;
  private final Backlog backlog = new Backlog();
  private final Set<HeldLog> logs = ConcurrentHashMap.newKeySet();
  private final AtomicInteger openLogs = new AtomicInteger();
  private final Map<String, CompletableFuture<Void>> closings = new ConcurrentHashMap<>();
  private final Map<String, ArrayDeque<Opening>> openings = new ConcurrentHashMap<>();
  private volatile boolean checked;
  private volatile boolean closed;

  /**
   * The conversations in a database.
   *
   * @param random gives lives and leases, which nobody must guess or repeat
   * @param nanos the clock for patience, like {@link System#nanoTime}
   */
  public Conversations(
      Database database,
      Settings settings,
      Workers workers,
      Later later,
      LongSupplier random,
      LongSupplier nanos) {
    this.database = database;
    this.settings = settings;
    this.workers = workers;
    this.later = later;
    this.random = random;
    this.nanos = nanos;
    this.statements = new Statements(database);
    this.encoding = new Encoding(settings.sealing(), settings.maxEntryBytes());
    this.heartbeat = new Heartbeat(this, settings.lease());
  }

  Database database() {
    return database;
  }

  Statements statements() {
    return statements;
  }

  Settings settings() {
    return settings;
  }

  Workers workers() {
    return workers;
  }

  Later later() {
    return later;
  }

  Encoding encoding() {
    return encoding;
  }

  Backlog backlog() {
    return backlog;
  }

  Set<HeldLog> logs() {
    return logs;
  }

  /** A log is about to give a conversation back; who asks for it from here on waits for that. */
  void closing(HeldLog log, CompletableFuture<Void> end) {
    openLogs.decrementAndGet();
    closings.put(log.id(), end);
  }

  /** It has. */
  void ended(HeldLog log) {
    logs.remove(log);
    closings.remove(log.id(), log.ended());
  }

  @Override
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    return at(
        conversation,
        () -> {
          long wait = TimeUnit.NANOSECONDS.convert(patience); // however long it is
          Opening opening = new Opening(conversation, nanos.getAsLong(), wait);
          opening.begin();
          return opening.result;
        });
  }

  /** One who wants a conversation, in the order of asking among those of this program. */
  private final class Opening {
    final String id;
    final CompletableFuture<Log> result = new CompletableFuture<>();
    private final long began;
    private final long patience;
    private final long lease = notZero();
    private final AtomicBoolean looking = new AtomicBoolean(); // and so taken at most once
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile boolean wasBusy;

    Opening(String id, long began, long patience) {
      this.id = id;
      this.began = began;
      this.patience = patience;
    }

    private long left() {
      return patience - (nanos.getAsLong() - began);
    }

    /** Who has patience waits behind those who asked before. */
    void begin() {
      if (patience > 0) {
        queue();
        if (!isFirst()) {
          wait(POLL);
          return;
        }
      }
      look();
    }

    void look() {
      if (looking.compareAndSet(false, true)) {
        attempt();
      }
    }

    /** Tries it on another thread, when no log of this program that was closed has it still. */
    private void attempt() {
      CompletableFuture<Void> closing = closings.get(id);
      if (closing != null && !Workers.areHere()) {
        CompletableFuture<?> unused = closing.whenComplete((done, failed) -> attempt());
        return;
      }
      CompletableFuture<?> unused = submit("Opening", id, this::tried).whenComplete(this::decide);
    }

    /** The log, or who else has it. */
    private record Outcome(@Nullable HeldLog log, @Nullable Holder holder) {}

    private Outcome tried() throws SQLException {
      requireTables();
      boolean isOpen = false;
      try {
        if (openLogs.incrementAndGet() > settings.maxOpenLogs()) {
          throw new JournalException(
              Reason.FAILED,
              "%d conversations are open; close some or raise maxOpenLogs"
                  .formatted(settings.maxOpenLogs()));
        }
        Outcome outcome = taken(Ids.encode(id));
        isOpen = outcome.log != null;
        return outcome;
      } finally {
        if (!isOpen) {
          openLogs.decrementAndGet();
        }
      }
    }

    private Outcome taken(String stored) throws SQLException {
      long life = notZero();
      Holder holder = null;
      if (wasBusy) { // taking locks the row, looking does not
        holder = database.call(c -> statements.holder(c, stored)).orElse(null);
      }
      for (int i = 0; i < MOST_TRIES && (holder == null || holder.isFree()); i++) {
        Taken taken =
            database
                .call(
                    c ->
                        statements.take(c, stored, life, lease, settings.lease(), settings.owner()))
                .orElse(null);
        if (taken != null) {
          return new Outcome(opened(taken, stored), null);
        }
        holder = database.call(c -> statements.holder(c, stored)).orElse(null); // may be gone again
      }
      return new Outcome(null, holder);
    }

    private HeldLog opened(Taken taken, String stored) throws SQLException {
      HeldLog log = new HeldLog(Conversations.this, id, stored, lease, taken);
      logs.add(log);
      heartbeat.begin();
      boolean isGood = false;
      try {
        requireReadable(taken);
        requireOpen();
        isGood = true;
        return log;
      } finally {
        if (!isGood) {
          openLogs.incrementAndGet(); // which closing takes, and so does who called
          log.close();
        }
      }
    }

    private void requireReadable(Taken taken) throws SQLException {
      String name = Failures.name(id);
      StoredNames.requireState(taken.state(), name);
      if (taken.lastN() == 0) {
        return;
      }
      String kind = taken.lastKind();
      if (kind == null) {
        kind =
            database
                .call(c -> statements.kind(c, taken.life(), taken.lastN()))
                .orElseThrow(
                    () -> Failures.damaged(id, "entry %d is missing".formatted(taken.lastN())));
      }
      StoredNames.requireKind(kind, name);
    }

    private void decide(@Nullable Outcome outcome, @Nullable Throwable failure) {
      if (outcome == null) {
        give(cause(Objects.requireNonNull(failure)));
        return;
      }
      if (outcome.log != null) {
        leave();
        if (!result.complete(outcome.log)) { // whoever asked has gone
          outcome.log.close();
        }
        return;
      }
      if (left() <= 0 || result.isDone()) {
        give(Failures.busy(id, outcome.holder));
        return;
      }
      wasBusy = true;
      looking.set(false);
      wait(POLL);
    }

    private void give(Throwable failure) {
      leave();
      result.completeExceptionally(failure);
    }

    private void wait(Duration most) {
      if (!waiting.compareAndSet(false, true)) {
        return;
      }
      Duration pause = Duration.ofNanos(Math.max(0, Math.min(left(), most.toNanos())));
      try {
        later.after(pause, this::again);
      } catch (RuntimeException e) { // no thread to be had
        give(Failures.unstored(id, e));
      }
    }

    /** Only the first in the queue looks; the others look whether their patience has ended. */
    private void again() {
      waiting.set(false);
      if (closed) {
        give(closed());
      } else if (isFirst() || left() <= 0) {
        look();
      } else {
        wait(POLL);
      }
    }

    private void queue() {
      openings.compute(
          id,
          (key, before) -> {
            ArrayDeque<Opening> queue = before == null ? new ArrayDeque<>() : before;
            queue.add(this);
            return queue;
          });
    }

    private boolean isFirst() {
      return first(id) == this;
    }

    private void leave() {
      openings.computeIfPresent(
          id,
          (key, queue) -> {
            queue.remove(this);
            return queue.isEmpty() ? null : queue;
          });
    }
  }

  private @Nullable Opening first(String id) {
    AtomicReference<@Nullable Opening> first = new AtomicReference<>();
    openings.computeIfPresent(
        id,
        (key, queue) -> {
          first.set(queue.peek());
          return queue;
        });
    return first.get();
  }

  /** The first that waits need not wait for its next look. */
  void wakeOpenings(String id) {
    Opening first = first(id);
    if (first != null) {
      first.look();
    }
  }

  private long notZero() {
    long number = random.getAsLong();
    return number == 0 ? 1 : number;
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    return at(
        conversation,
        () ->
            submit(
                "Reading",
                conversation,
                () -> {
                  requireTables();
                  String stored = Ids.encode(conversation);
                  return database.call(c -> statements.head(c, stored));
                }));
  }

  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    return at(conversation, () -> page(conversation, sequence, maxBytes));
  }

  @Override
  public CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    return at(conversation, () -> end(conversation, maxBytes));
  }

  CompletableFuture<Page> page(String id, long after, long maxBytes) {
    return submit("Reading", id, () -> read(id, after, maxBytes));
  }

  private Page read(String id, long after, long maxBytes) throws SQLException {
    requireTables();
    String stored = Ids.encode(id);
    Part part = database.call(c -> statements.page(c, stored, after, maxBytes)).orElse(null);
    if (part == null) {
      return Page.NONE;
    }
    return page(
        id,
        part,
        new Judge(
            stored,
            part.life(),
            part.lastN(),
            part.streamedFrom(),
            part.beforeN(),
            part.beforeKept()),
        after);
  }

  CompletableFuture<Page> end(String id, long maxBytes) {
    return submit(
        "Reading",
        id,
        () -> {
          requireTables();
          String stored = Ids.encode(id);
          Part part = database.call(c -> statements.end(c, stored, maxBytes)).orElse(null);
          if (part == null) {
            return Page.NONE;
          }
          Row first = part.rows().isEmpty() ? null : part.rows().get(0);
          long n = first == null ? 0 : first.n - 1;
          long kept = first == null ? 0 : first.kept - (first.isSaidAgain() ? 0 : 1);
          Judge judge = new Judge(stored, part.life(), part.lastN(), part.streamedFrom(), n, kept);
          Page end = page(id, part, judge, 0);
          requireSound(id, judge.missing());
          return end;
        });
  }

  private Page page(String id, Part part, Judge judge, long after) {
    List<JournalEntry> entries = new ArrayList<>(part.rows().size());
    for (Row row : part.rows()) {
      requireSound(id, judge.problem(row));
      entries.add(encoding.entry(id, part.life(), row));
    }
    long last = entries.isEmpty() ? after : entries.get(entries.size() - 1).sequence();
    if (entries.isEmpty() && after < part.lastN()) {
      requireSound(id, judge.missing());
    }
    return new Page(Statements.incarnation(part.life()), entries, last >= part.lastN());
  }

  private static void requireSound(String id, @Nullable String problem) {
    if (problem != null) {
      throw Failures.damaged(id, problem);
    }
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    if (closed) {
      return CompletableFuture.failedFuture(closed());
    }
    return submit(
        "Listing",
        "",
        () -> {
          requireTables();
          return database.call(c -> statements.list(c, query));
        });
  }

  @Override
  public CompletableFuture<Boolean> delete(String conversation) {
    return at(
        conversation, () -> whenClosed("Deleting", conversation, () -> deleteHere(conversation)));
  }

  /** Does something when no log of this program that was closed has the conversation still. */
  private <T> CompletableFuture<T> whenClosed(String doing, String id, Blocking<T> work) {
    CompletableFuture<Void> closing = closings.get(id);
    return closing == null || Workers.areHere()
        ? submit(doing, id, work)
        : closing.thenCompose(ended -> whenClosed(doing, id, work));
  }

  private boolean deleteHere(String id) throws SQLException {
    requireTables();
    String stored = Ids.encode(id);
    long[] seen = new long[1]; // also by a try of which the end was not heard
    boolean isGone =
        database.inTransaction(
            c -> {
              Optional<Long> deleted = statements.delete(c, stored);
              seen[0] = deleted.orElse(seen[0]);
              return deleted.isPresent();
            });
    if (!isGone) {
      Optional<Holder> holder = database.call(c -> statements.holder(c, stored));
      if (holder.isPresent()) {
        throw Failures.busy(id, holder.get());
      }
    }
    return seen[0] > 0;
  }

  @Override
  public void close() {
    closed = true;
    List<HeldLog> open = List.copyOf(logs);
    open.forEach(HeldLog::close);
    openings.keySet().forEach(this::wakeOpenings);
    if (!Workers.areHere()) {
      open.forEach(log -> log.ended().join());
    }
    workers.retire();
  }

  /** Deletes those in which nothing happened for some time, by the database's clock. Blocks. */
  public int deleteOlderThan(Duration age) {
    return deleteSome(c -> statements.deleteOld(c, age, mayGo()));
  }

  /** Deletes the oldest until the rest takes no more than some bytes. Blocks. */
  public int shrinkTo(long bytes) {
    return deleteSome(c -> statements.deleteOver(c, bytes, mayGo()));
  }

  /** Damaged ones are for people to see, and those of a newer version for that. */
  private static String[] mayGo() {
    return StoredNames.of(
        EnumSet.complementOf(EnumSet.of(ConversationState.DAMAGED, ConversationState.UNKNOWN)));
  }

  private int deleteSome(Work<Deleted> work) {
    if (!Workers.areHere()) { // what was closed before is free
      List.copyOf(closings.values()).forEach(CompletableFuture::join);
    }
    int all = 0;
    for (int rows = 1; rows > 0; ) {
      Deleted deleted =
          await(
              submit(
                  "Deleting",
                  "",
                  () -> {
                    requireTables();
                    return database.inTransaction(work);
                  }));
      all += deleted.conversations();
      rows = deleted.rows();
    }
    return all;
  }

  /**
   * What was found in a conversation.
   *
   * @param problems up to 100
   */
  public record Findings(
      String id, long bytes, long entries, boolean damaged, List<String> problems) {}

  /** All of them. Blocks. */
  public List<Head> heads() {
    return await(list());
  }

  /** Reads all of a conversation and its checksums. Blocks; empty if there is none. */
  public Optional<Findings> verify(String id) {
    return await(at(id, () -> submit("Verifying", id, () -> verifyHere(id))));
  }

  private Optional<Findings> verifyHere(String id) throws SQLException {
    requireTables();
    String stored = Ids.encode(id);
    Head head = database.call(c -> statements.head(c, stored)).orElse(null);
    if (head == null) {
      return Optional.empty();
    }
    List<String> problems = new ArrayList<>();
    Row last = null;
    boolean damaged = false;
    long after = 0;
    while (true) {
      long from = after;
      Part part = database.call(c -> statements.page(c, stored, from, Page.MAX_BYTES)).orElse(null);
      if (part == null || !Statements.incarnation(part.life()).equals(head.incarnation())) {
        break; // it was deleted meanwhile
      }
      Judge judge =
          new Judge(
              stored,
              part.life(),
              part.lastN(),
              part.streamedFrom(),
              part.beforeN(),
              part.beforeKept());
      for (Row row : part.rows()) {
        damaged |= note(judge.problem(row), problems);
        boolean unused = note(unknown(id, row), problems); // no damage
        last = row;
        after = row.n;
      }
      if (part.rows().isEmpty() || after >= part.lastN()) {
        damaged |= note(judge.missing(), problems);
        break;
      }
    }
    if (last != null && last.n == head.lastSequence()) {
      damaged |= note(differs(head, last), problems);
    }
    return Optional.of(new Findings(id, head.bytes(), head.lastSequence(), damaged, problems));
  }

  /**
   * Makes a damaged conversation usable. Blocks.
   *
   * @return what was found before; empty if there is none
   */
  public Optional<Findings> repair(String id) {
    return await(at(id, () -> whenClosed("Repairing", id, () -> repairHere(id))));
  }

  private Optional<Findings> repairHere(String id) throws SQLException {
    Findings before = verifyHere(id).orElse(null);
    if (before == null || !before.damaged()) {
      return Optional.ofNullable(before);
    }
    String stored = Ids.encode(id);
    long life = notZero();
    long lease = notZero();
    Taken taken =
        database
            .call(c -> statements.take(c, stored, life, lease, settings.lease(), settings.owner()))
            .orElse(null);
    if (taken == null) {
      throw Failures.busy(id, database.call(c -> statements.holder(c, stored)).orElse(null));
    }
    try {
      new Repair(database, statements, encoding)
          .perform(id, stored, taken.life(), lease, () -> requireHeld(id, taken.life(), lease));
      return Optional.of(before);
    } finally {
      database.call(
          c -> {
            statements.release(c, taken.life(), lease, taken.lastN() == 0);
            return true;
          });
    }
  }

  private void requireHeld(String id, long life, long lease) throws SQLException {
    if (!database.call(c -> statements.renew(c, life, lease, settings.lease(), false))) {
      throw Failures.lost(id, "another one took it over, or deleted it");
    }
  }

  private static @Nullable String differs(Head head, Row last) {
    boolean same =
        StoredNames.stateOrUnknown(last.state) == head.state()
            && last.at.equals(head.lastActivity());
    return same ? null : "the conversation's row does not say what its last entry says";
  }

  private static @Nullable String unknown(String id, Row row) {
    try {
      StoredNames.requireKind(row.kind, Failures.name(id));
      StoredNames.requireState(row.state, Failures.name(id));
      return null;
    } catch (JournalException e) {
      return "entry %d: %s".formatted(row.n, e.getMessage());
    }
  }

  private static boolean note(@Nullable String problem, List<String> problems) {
    if (problem != null && problems.size() < MOST_PROBLEMS) {
      problems.add(problem);
    }
    return problem != null;
  }

  /** Looks once at what the tables are. */
  private void requireTables() throws SQLException {
    requireOpen();
    if (checked) {
      return;
    }
    Optional<String> problem = Schema.problem(database, Schema.JOURNAL);
    if (problem.isPresent()) {
      throw new JournalException(Reason.FAILED, "The journal cannot be used: " + problem.get());
    }
    checked = true;
  }

  /** Checks the tables now. Blocks. */
  public void check() {
    await(
        submit(
            "Looking at the tables",
            "",
            () -> {
              requireTables();
              return true;
            }));
  }

  private interface Blocking<T> {
    T run() throws SQLException;
  }

  private <T> CompletableFuture<T> submit(String doing, String id, Blocking<T> work) {
    String what = id.isEmpty() ? doing : doing + " " + Failures.name(id);
    CompletableFuture<T> result =
        workers.submit(
            () -> {
              try {
                return work.run();
              } catch (SQLException e) {
                throw Failures.failed(what, e);
              }
            });
    return result.exceptionallyCompose(
        e -> CompletableFuture.failedFuture(asJournals(what, cause(e))));
  }

  private static Throwable asJournals(String what, Throwable e) {
    if (e instanceof RejectedExecutionException) {
      return new JournalException(
          Reason.FAILED,
          what + " was refused by the journal's executor: it has no thread or room left",
          e);
    }
    return e;
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

  private interface Asking<T> {
    CompletableFuture<T> ask();
  }

  /** Asks about a conversation, or says in the future why it cannot. */
  private <T> CompletableFuture<T> at(String conversation, Asking<T> asking) {
    if (conversation.isEmpty()) {
      throw new IllegalArgumentException("A conversation's id has at least one character");
    }
    try {
      requireOpen();
      if (conversation.length() > MAX_ID_LENGTH) {
        throw new JournalException(
            Reason.TOO_LARGE,
            "The conversation's id has %d characters, at most %d are allowed"
                .formatted(conversation.length(), MAX_ID_LENGTH));
      }
      return asking.ask();
    } catch (JournalException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw closed();
    }
  }

  private static JournalException closed() {
    return Failures.closed("The journal was closed");
  }
}
