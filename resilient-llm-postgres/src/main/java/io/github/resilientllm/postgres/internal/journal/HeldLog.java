package io.github.resilientllm.postgres.internal.journal;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.postgres.internal.journal.Statements.Addition;
import io.github.resilientllm.postgres.internal.journal.Statements.Standing;
import io.github.resilientllm.postgres.internal.journal.Statements.Taken;
import io.github.resilientllm.postgres.internal.sql.Trouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that this program may write. What is appended waits in a queue; a task takes what
 * is there and writes it by one statement, and there is one task at a time.
 */
final class HeldLog implements Journal.Log {
  private static final int MOST_ROWS = 1000;
  private static final long MOST_BYTES = 4 << 20;

  /** After a lost connection nobody knows what was written: how long to wait before each try. */
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ZERO,
          Duration.ofMillis(100),
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4));

  private final Conversations all;
  private final String id;
  private final String storedId;
  private final long life;
  private final long lease;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private final Object lock = new Object();
  // Guarded by the lock.
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private List<CompletableFuture<Void>> paced = new ArrayList<>();
  private @Nullable JournalException failure;
  private long last;
  private long lastKept;
  private long size;
  private boolean running;
  private boolean closing;

  // Of the task that runs.
  private @Nullable Batch batch;
  private long written;
  private long streamedFrom;
  private long streamedBytes;
  private boolean takenDurably;
  private boolean released;

  /** Rows that were appended together, or none: then it asks only whether the right is held. */
  private record Waiting(
      List<Row> rows, long bytes, boolean boundary, boolean paced, CompletableFuture<Void> done) {}

  /** What is written at once. */
  private static final class Batch {
    final List<Waiting> waiting = new ArrayList<>();
    boolean release;
    int losses; // of connections
    int undone;

    boolean hasRows() {
      return waiting.stream().anyMatch(w -> !w.rows.isEmpty());
    }
  }

  HeldLog(Conversations all, String id, String storedId, long lease, Taken taken) {
    this.all = all;
    this.id = id;
    this.storedId = storedId;
    this.life = taken.life();
    this.lease = lease;
    this.last = taken.lastN();
    this.lastKept = taken.kept();
    this.size = taken.bytes();
    this.written = taken.lastN();
    this.streamedFrom = taken.streamedFrom();
    this.streamedBytes = taken.streamedBytes();
  }

  String id() {
    return id;
  }

  long life() {
    return life;
  }

  long lease() {
    return lease;
  }

  @Override
  public String incarnation() {
    return Statements.incarnation(life);
  }

  @Override
  public long lastSequence() {
    synchronized (lock) {
      return last;
    }
  }

  @Override
  public CompletableFuture<Journal.Page> readAfter(long sequence, long maxBytes) {
    return read(all.page(id, sequence, maxBytes));
  }

  @Override
  public CompletableFuture<Journal.Page> readLast(long maxBytes) {
    return read(all.end(id, maxBytes));
  }

  private CompletableFuture<Journal.Page> read(CompletableFuture<Journal.Page> reading) {
    synchronized (lock) {
      if (closing) {
        return CompletableFuture.failedFuture(closed());
      }
    }
    return reading.thenApply(this::ours);
  }

  /** An empty conversation has no page; one of another life is not this log's. */
  private Journal.Page ours(Journal.Page page) {
    if (page.equals(Journal.Page.NONE) && lastSequence() == 0) {
      return new Journal.Page(incarnation(), List.of(), true);
    }
    if (!page.incarnation().equals(incarnation())) {
      throw Failures.lost(id, "it was deleted");
    }
    return page;
  }

  @Override
  public CompletableFuture<Void> append(List<JournalEntry> entries) {
    try {
      return enqueue(entries, rows(entries));
    } catch (JournalException e) {
      return CompletableFuture.failedFuture(e);
    } catch (RuntimeException e) { // of the application's keys
      return CompletableFuture.failedFuture(Failures.unstored(id, e));
    }
  }

  private List<Row> rows(List<JournalEntry> entries) {
    List<Row> rows = new ArrayList<>(entries.size());
    for (JournalEntry entry : entries) {
      rows.add(all.encoding().row(id, life, lease, entry));
    }
    return rows;
  }

  private CompletableFuture<Void> enqueue(List<JournalEntry> entries, List<Row> unplaced) {
    long bytes = unplaced.stream().mapToLong(Row::size).sum();
    Waiting waiting;
    synchronized (lock) {
      requireUsable(unplaced, bytes);
      all.backlog().reserve(bytes);
      List<Row> rows = new ArrayList<>(unplaced.size());
      for (Row row : unplaced) {
        lastKept += row.isSaidAgain() ? 0 : 1;
        rows.add(row.placed(storedId, life, lastKept));
      }
      boolean boundary = entries.stream().anyMatch(e -> e.kind().isBoundary());
      boolean isPiece = entries.stream().allMatch(e -> e.kind() == JournalEntry.Kind.PROGRESS);
      waiting = new Waiting(rows, bytes, boundary, isPiece, new CompletableFuture<>());
      queue.add(waiting);
      last += rows.size();
      size += bytes;
    }
    wake();
    return waiting.done;
  }

  private void requireUsable(List<Row> rows, long bytes) {
    requireHeld();
    long next = last;
    for (Row row : rows) {
      if (row.n != ++next) {
        throw new JournalException(
            Reason.CONFLICT,
            "The next entry of %s has number %d, not %d".formatted(Failures.name(id), next, row.n));
      }
    }
    long most = all.settings().maxConversationBytes();
    if (size + bytes > most) {
      throw new JournalException(
          Reason.TOO_LARGE,
          "%s would have more than maxConversationBytes (%d); begin another conversation or allow more"
              .formatted(Failures.name(id), most));
    }
  }

  private void requireHeld() {
    if (failure != null) {
      throw failure;
    }
    if (closing) {
      throw closed();
    }
  }

  private static JournalException closed() {
    return Failures.closed("The log was closed; open the conversation again");
  }

  /** Asks the database, behind whatever is being written: no clock of ours can tell. */
  @Override
  public CompletableFuture<Void> held() {
    Waiting nothing = new Waiting(List.of(), 0, true, false, new CompletableFuture<>());
    synchronized (lock) {
      try {
        requireHeld();
      } catch (JournalException e) {
        return CompletableFuture.failedFuture(e);
      }
      queue.add(nothing);
    }
    wake();
    return nothing.done;
  }

  /** Somebody else has it: whoever asks is told at once. */
  void lost(String how) {
    synchronized (lock) {
      if (failure == null && !closing) {
        failure = Failures.lost(id, how);
      }
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (closing) {
        return;
      }
      all.closing(this, ended); // before it can end
      closing = true;
    }
    wake();
  }

  /** Completes when all is written and the right to write is given back. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Sees to it that the task runs, unless it does. */
  private void wake() {
    synchronized (lock) {
      if (running) {
        return;
      }
      running = true;
    }
    run();
  }

  private void run() {
    try {
      all.workers().execute(this::work);
    } catch (Throwable e) { // no thread to be had, and nobody else to tell those who wait
      fail(Failures.unstored(id, e));
      rest();
    }
  }

  private void work() {
    try {
      if (batch == null) {
        batch = take();
      }
      Duration pause = batch == null ? null : perform(batch);
      if (pause != null) {
        all.later().after(pause, this::run);
        return;
      }
    } catch (Throwable e) { // no memory, say
      fail(Failures.unstored(id, e));
    }
    rest();
  }

  /** Goes on with what is queued, or waits to be woken, or ends. */
  private void rest() {
    batch = null;
    boolean ends;
    synchronized (lock) {
      boolean more = !queue.isEmpty();
      ends = closing && !more;
      running = more || ends; // who ends is never woken again
      if (!running) {
        return;
      }
    }
    if (ends) {
      end();
    } else {
      run();
    }
  }

  private @Nullable Batch take() {
    synchronized (lock) {
      if (queue.isEmpty()) {
        return null;
      }
      Batch taken = new Batch();
      int rows = 0;
      long bytes = 0;
      while (!queue.isEmpty()) {
        Waiting next = queue.element();
        rows += next.rows.size();
        bytes += next.bytes;
        if (!taken.waiting.isEmpty() && (rows > MOST_ROWS || bytes > MOST_BYTES)) {
          break;
        }
        taken.waiting.add(queue.remove());
      }
      taken.release = closing && queue.isEmpty() && last > 0;
      return taken;
    }
  }

  /** Writes it; gives how long to wait before it is to be tried again, null if it is done. */
  private @Nullable Duration perform(Batch now) {
    if (failed() != null) {
      refuse(now);
      return null;
    }
    Addition addition = now.hasRows() ? addition(now) : null;
    try {
      if (addition == null) {
        renew(now);
      } else {
        write(now, addition);
      }
    } catch (JournalException e) {
      fail(e);
      refuse(now);
    } catch (SQLException e) {
      if (Trouble.isUndone(e) && now.undone++ < PAUSES.size()) {
        return Duration.ZERO;
      }
      if (Trouble.isConnection(e) && now.losses < PAUSES.size()) {
        return PAUSES.get(now.losses++);
      }
      fail(Failures.unwritten(id, e));
      refuse(now);
    }
    return null;
  }

  private void renew(Batch now) throws SQLException {
    boolean held =
        all.database()
            .once(
                c -> all.statements().renew(c, life, lease, all.settings().lease(), !takenDurably));
    if (!held) {
      throw Failures.lost(id, "another one took it over, or deleted it");
    }
    takenDurably = true;
    tell(now);
  }

  /** What is to be written: nothing that says what the end of its turn, in the same batch, says. */
  private Addition addition(Batch now) {
    List<Row> rows = new ArrayList<>();
    long from = streamedFrom;
    long streamed = streamedBytes;
    long bytes = 0;
    long drop = 0;
    boolean boundary = false;
    int firstStreamed = -1; // of these rows, since the last end of a turn
    for (Waiting waiting : now.waiting) {
      boundary |= waiting.boundary;
      for (Row row : waiting.rows) {
        if (row.endsTurn()) {
          if (firstStreamed >= 0) {
            rows.subList(firstStreamed, rows.size()).removeIf(Row::isSaidAgain);
            firstStreamed = -1;
          }
          drop = streamedFrom;
          bytes -= streamed;
          from = streamed = 0;
        } else if (row.isSaidAgain()) {
          from = from == 0 ? row.n : from;
          firstStreamed = firstStreamed < 0 ? rows.size() : firstStreamed;
          streamed += row.size();
        }
        bytes += row.size();
        rows.add(row);
      }
    }
    return new Addition(
        life, lease, written, rows, bytes, from, streamed, drop, boundary, now.release);
  }

  private void write(Batch now, Addition addition) throws SQLException {
    boolean done =
        all.database().once(c -> all.statements().append(c, addition, all.settings().lease()));
    if (!done && !(now.losses > 0 && wasWritten(addition))) {
      throw refusal(addition);
    }
    written = addition.last().n;
    streamedFrom = addition.streamedFrom();
    streamedBytes = addition.streamedBytes();
    takenDurably |= addition.durable();
    released = addition.release();
    tell(now);
  }

  /**
   * Whether an earlier try, of which nothing was heard, wrote it. What would tell may have been
   * dropped since by another writer; then this says no.
   */
  private boolean wasWritten(Addition addition) throws SQLException {
    Row sign = addition.last();
    for (Row row : addition.rows()) {
      sign = row.isSaidAgain() ? sign : row;
    }
    Row telling = sign;
    return all.database().call(c -> all.statements().isWritten(c, life, telling));
  }

  /** Why nothing was written, although the database is there. */
  private JournalException refusal(Addition addition) throws SQLException {
    Standing now = all.database().call(c -> all.statements().standing(c, life)).orElse(null);
    if (now == null) {
      return Failures.lost(id, "it was deleted");
    }
    if (now.lease() != lease) {
      return Failures.lost(
          id,
          now.lease() == 0
              ? "another one took it over and has given it back"
              : now.owner() + " took it over");
    }
    if (now.lastN() < addition.after()) {
      return new JournalException(
          Reason.FAILED,
          "The server lost entries %d to %d of %s, which were streamed and not yet on its disk when it stopped; open the conversation again"
              .formatted(now.lastN() + 1, addition.after(), Failures.name(id)));
    }
    return new JournalException(
        Reason.CONFLICT,
        "The last entry of %s has number %d, not %d"
            .formatted(Failures.name(id), now.lastN(), addition.after()));
  }

  private void tell(Batch done) {
    List<CompletableFuture<Void>> pieces = new ArrayList<>();
    for (Waiting waiting : done.waiting) {
      all.backlog().free(waiting.bytes);
      if (waiting.paced && !done.release) {
        pieces.add(waiting.done);
      } else {
        waiting.done.complete(null);
      }
    }
    if (!pieces.isEmpty()) {
      pace(pieces);
    }
  }

  /**
   * Tells of pieces of an answer a little later, so that whoever waits for that before the next one
   * makes fewer and larger ones.
   */
  private void pace(List<CompletableFuture<Void>> pieces) {
    boolean isFirst;
    synchronized (lock) {
      isFirst = paced.isEmpty();
      paced.addAll(pieces);
    }
    if (isFirst) {
      try {
        all.later().after(all.settings().pace(), () -> all.workers().execute(this::tellOfPieces));
      } catch (Throwable e) { // no thread to be had
        tellOfPieces();
      }
    }
  }

  private void tellOfPieces() {
    List<CompletableFuture<Void>> pieces;
    synchronized (lock) {
      pieces = paced;
      paced = new ArrayList<>();
    }
    pieces.forEach(piece -> piece.complete(null));
  }

  private @Nullable JournalException failed() {
    synchronized (lock) {
      return failure;
    }
  }

  private void fail(JournalException cause) {
    List<Waiting> queued = new ArrayList<>();
    synchronized (lock) {
      failure = failure == null ? cause : failure;
      queued.addAll(queue);
      queue.clear();
    }
    Batch now = batch;
    if (now != null) {
      refuse(now);
    }
    queued.forEach(this::refuse);
  }

  private void refuse(Batch now) {
    now.waiting.forEach(this::refuse);
    now.waiting.clear();
  }

  private void refuse(Waiting waiting) {
    JournalException cause = failed();
    all.backlog().free(waiting.bytes);
    waiting.done.completeExceptionally(cause == null ? closed() : cause);
  }

  /** The last thing that happens: nothing is queued and nothing will be. */
  private void end() {
    try {
      all.workers().execute(this::release);
    } catch (Throwable e) { // the lease runs out by itself
      over();
    }
  }

  private void release() {
    try {
      if (!released) {
        boolean unused = written == 0;
        boolean isSure = failed() == null; // or something may have been written after all
        all.database()
            .call(
                c -> {
                  if (unused) {
                    all.statements().release(c, life, lease, true);
                  }
                  if (!unused || !isSure) {
                    all.statements().release(c, life, lease, false);
                  }
                  return true;
                });
      }
    } catch (Throwable e) {
      // Nobody waits for it: the lease runs out by itself.
    }
    over();
  }

  private void over() {
    tellOfPieces();
    all.ended(this);
    ended.complete(null);
    all.wakeOpenings(id);
  }
}
