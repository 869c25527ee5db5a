package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.internal.journal.line.EntryEncoder;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation that is open for writing.
 *
 * <p>Callers encode and queue; one task at a time takes all that is queued, writes it at once,
 * forces it once if anybody waits for that, and then tells everybody. The first failure ends it:
 * the file is never forced again, because the next force would succeed without what the first lost.
 */
public final class FileLog implements Journal.Log {
  private static final Logger LOG = LoggerFactory.getLogger(FileLog.class);

  /** What was only written is forced when it is this much, however short the time. */
  private static final long MOST_UNFORCED = 16 << 10;

  /** One write takes no more than this, or one entry. */
  private static final int MOST_AT_ONCE = 256 << 10;

  /** Who is told of a log's end. */
  public interface Owner {
    /** The log was closed and will end; called once, with a lock held that is not for I/O. */
    void closing(CompletableFuture<Void> end);

    /** The log ended; it gives up the lock. The state is null if it is not known. */
    void ended(FileLog log, LogFile file, @Nullable FileState state);
  }

  /** Reads entries back. */
  public interface Reader {
    /**
     * The entries of a file up to a length, those after a number; none if there is no file. An
     * unfinished end is left out: a writer may be at it.
     *
     * @param maxBytes about how many bytes of entries to give
     */
    Journal.Page read(Path path, String conversation, long length, long after, long maxBytes)
        throws IOException;

    /**
     * The last entries of a file up to a length.
     *
     * @param maxBytes about how many bytes of the file to read
     */
    Journal.Page last(Path path, String conversation, long length, long maxBytes)
        throws IOException;
  }

  /**
   * What the logs of a journal share.
   *
   * @param timer of what waits to be forced
   * @param later runs something when a time has passed
   */
  public record Shared(
      FileOptions options,
      EntryEncoder encoder,
      Reader reader,
      Backlog backlog,
      Writers writers,
      ForceTimer timer,
      Timer later) {}

  private final LogFile file;
  private final String conversation;
  private final String incarnation;
  private final FileOptions options;
  private final EntryEncoder encoder;
  private final Reader reader;
  private final Backlog backlog;
  private final Writers writers;
  private final ForceTimer timer;
  private final Timer later;
  private final Owner owner;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private final Object lock = new Object(); // guards what follows; never held during I/O
  private final Deque<Batch.Waiting> queue = new ArrayDeque<>();
  private long last; // number of the last entry that was queued
  private @Nullable Instant lastAt; // when it was made; null if that is not known
  private List<CompletableFuture<Void>> paced = new ArrayList<>(); // kept, and soon to be told
  private long queuedLength; // of the file, when all that is queued is written
  private long streamed; // bytes of progress and attempts in the file and the queue
  private boolean running;
  private boolean forceWanted;
  private boolean closing;
  private @Nullable JournalException failure;

  private volatile long readable; // bytes of what was acknowledged, and only that

  public FileLog(LogFile file, String conversation, FileState state, Shared shared, Owner owner) {
    this.file = file;
    this.conversation = conversation;
    this.incarnation = state.file();
    this.options = shared.options();
    this.encoder = shared.encoder();
    this.reader = shared.reader();
    this.backlog = shared.backlog();
    this.writers = shared.writers();
    this.timer = shared.timer();
    this.later = shared.later();
    this.owner = owner;
    this.last = state.last();
    this.queuedLength = state.length();
    this.streamed = state.streamed();
    this.readable = state.length();
  }

  @Override
  public String incarnation() {
    return incarnation;
  }

  @Override
  public long lastSequence() {
    synchronized (lock) {
      return last;
    }
  }

  @Override
  public boolean keepsBeforeShowing() {
    return options.sync().waits(false);
  }

  @Override
  public CompletableFuture<Journal.Page> readAfter(long sequence, long maxBytes) {
    long length = readable;
    synchronized (lock) {
      if (closing) {
        return CompletableFuture.failedFuture(closed());
      }
      if (sequence >= last || length == 0) {
        return CompletableFuture.completedFuture(new Journal.Page(incarnation, List.of(), true));
      }
    }
    return writers.submit(
        "Reading",
        file.path(),
        Writers.Gate.NONE,
        () -> reader.read(file.path(), conversation, length, sequence, maxBytes));
  }

  @Override
  public CompletableFuture<Journal.Page> readLast(long maxBytes) {
    long length = readable;
    synchronized (lock) {
      if (closing) {
        return CompletableFuture.failedFuture(closed());
      }
      if (length == 0) {
        return CompletableFuture.completedFuture(new Journal.Page(incarnation, List.of(), true));
      }
    }
    return writers.submit(
        "Reading",
        file.path(),
        Writers.Gate.NONE,
        () -> reader.last(file.path(), conversation, length, maxBytes));
  }

  @Override
  public CompletableFuture<Void> append(List<JournalEntry> entries) {
    try {
      return queued(entries).done();
    } catch (JournalException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Appends an entry.
   *
   * @return where its line begins in the file, as long as nobody makes a new version of it
   */
  public CompletableFuture<Long> place(JournalEntry entry) {
    try {
      Batch.Waiting waiting = queued(List.of(entry));
      return waiting.done().thenApply(kept -> waiting.offset());
    } catch (JournalException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Batch.Waiting queued(List<JournalEntry> entries) {
    long first = entries.get(0).sequence();
    try {
      Instant before;
      synchronized (lock) {
        before = first == last + 1 ? lastAt : null;
      }
      byte[] lines = encoder.encode(conversation, entries, before, incarnation, file.durable());
      return enqueue(entries, lines);
    } catch (JournalException e) {
      throw e;
    } catch (RuntimeException e) { // of the application's keys
      throw Failures.unencoded(first, file.path(), e);
    }
  }

  private Batch.Waiting enqueue(List<JournalEntry> entries, byte[] lines) {
    boolean forced = entries.stream().anyMatch(e -> options.sync().waits(e.kind().isBoundary()));
    boolean paced = entries.stream().allMatch(e -> e.kind() == JournalEntry.Kind.PROGRESS);
    Batch.Waiting waiting = new Batch.Waiting(lines, forced, paced && isPaced());
    boolean isSaidAgain = entries.stream().allMatch(e -> e.kind().isSaidAgain());
    JournalEntry newest = entries.get(entries.size() - 1);
    synchronized (lock) {
      requireUsable(entries, lines);
      backlog.reserve(lines.length);
      queue.add(waiting);
      last = newest.sequence();
      lastAt = newest.at();
      queuedLength += lines.length;
      streamed += isSaidAgain ? lines.length : 0;
    }
    wake();
    return waiting;
  }

  private boolean isPaced() {
    return !options.sync().pace().isZero();
  }

  private void requireUsable(List<JournalEntry> entries, byte[] lines) {
    if (failure != null) {
      throw failure;
    }
    if (closing) {
      throw closed();
    }
    long next = last;
    for (JournalEntry entry : entries) {
      if (entry.sequence() != ++next) {
        throw new JournalException(
            Reason.CONFLICT,
            "The next entry of %s has number %d, not %d"
                .formatted(file.path(), next, entry.sequence()));
      }
    }
    if (queuedLength + lines.length > options.maxConversationBytes()) {
      throw new JournalException(
          Reason.TOO_LARGE,
          "%s would have more than maxConversationBytes (%d); compact it, begin another conversation or allow more"
              .formatted(file.path(), options.maxConversationBytes()));
    }
  }

  /** Looks at the file behind whatever is being written to it. */
  @Override
  public CompletableFuture<Void> held() {
    Batch.Waiting nothing = new Batch.Waiting(new byte[0], false, false);
    synchronized (lock) {
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      if (closing) {
        return CompletableFuture.failedFuture(closed());
      }
      queue.add(nothing);
    }
    wake();
    return nothing.done();
  }

  private static JournalException closed() {
    return new JournalException(Reason.CLOSED, "The log was closed; open the conversation again");
  }

  /** Sees to it that the task runs, unless it does. */
  private void wake() {
    synchronized (lock) {
      if (running) {
        return;
      }
      running = true;
    }
    try {
      writers.execute(this::work);
    } catch (Throwable e) { // no thread to be had, and nobody else to tell those who wait
      fail(e, Batch.NONE);
      goOn();
    }
  }

  /** Does one batch after another until others wait for a thread: then it makes way for them. */
  private void work() {
    do {
      try {
        Batch batch = take();
        if (batch != null) {
          perform(batch);
        }
      } catch (Throwable e) { // no memory, say
        fail(e, Batch.NONE);
      }
    } while (!writers.areWanted() && hasMore());
    goOn();
  }

  private void goOn() {
    boolean ends;
    try {
      ends = !goesOnOrRests();
    } catch (Throwable e) { // no thread to be had
      fail(e, Batch.NONE);
      ends = !goesOnOrRests(); // with nothing left to do
    }
    if (ends) {
      finish();
    }
  }

  /** Has the next batch done, or waits to be woken; false if the log was closed and all is done. */
  private boolean goesOnOrRests() {
    synchronized (lock) {
      if (hasMore()) {
        writers.execute(this::work);
        return true;
      }
      running = closing;
      return !closing;
    }
  }

  private boolean hasMore() {
    synchronized (lock) {
      return !queue.isEmpty() || forceWanted;
    }
  }

  /** What is queued leaves the queue only when nothing can fail any more. */
  private @Nullable Batch take() {
    synchronized (lock) {
      if (!hasMore()) {
        return null;
      }
      boolean force = forceWanted;
      int count = 0;
      int length = 0;
      for (Batch.Waiting entry : queue) {
        length += entry.line().length;
        if (count > 0 && length > MOST_AT_ONCE) {
          break;
        }
        force |= entry.forced();
        count++;
      }
      List<Batch.Waiting> entries = new ArrayList<>(count);
      Batch batch = new Batch(entries, force);
      while (count-- > 0) {
        entries.add(queue.remove());
      }
      forceWanted = false;
      return batch;
    }
  }

  private void perform(Batch batch) {
    if (failed() != null) {
      refuse(batch.entries());
      return;
    }
    try {
      if (batch.length() > 0) {
        file.write(batch);
        batch.wereWritten(file.length());
      } else {
        file.requireOurs();
      }
      if (batch.force() || (options.sync().forces() && unforced() >= MOST_UNFORCED)) {
        file.force();
      }
      scheduleForce();
    } catch (Throwable e) { // whatever it is, the file's state is unknown
      fail(e, batch);
      return;
    }
    readable = file.length();
    backlog.free(batch.length());
    batch.entries().stream()
        .filter(entry -> !entry.paced())
        .forEach(entry -> entry.done().complete(null));
    pace(batch);
  }

  /**
   * Tells of pieces of an answer a little later, so that whoever waits for that before the next one
   * makes fewer and larger ones. They are written: nothing is lost with it.
   */
  private void pace(Batch batch) {
    List<CompletableFuture<Void>> pieces =
        batch.entries().stream().filter(Batch.Waiting::paced).map(Batch.Waiting::done).toList();
    if (pieces.isEmpty()) {
      return;
    }
    boolean isFirst;
    synchronized (lock) {
      isFirst = paced.isEmpty();
      paced.addAll(pieces);
    }
    if (isFirst) {
      try {
        later.after(options.sync().pace(), () -> writers.execute(this::tellOfPieces));
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

  private long unforced() {
    return file.length() - file.durable();
  }

  private void scheduleForce() {
    if (!options.sync().forces()) {
      return;
    }
    if (unforced() > 0) {
      timer.add(this);
    } else {
      timer.remove(this);
    }
  }

  /** Has what was written forced, without waiting for it. */
  public void forceSoon() {
    synchronized (lock) {
      if (closing || failure != null) {
        return;
      }
      forceWanted = true;
    }
    wake();
  }

  private void fail(Throwable cause, Batch batch) {
    file.abandon();
    JournalException first =
        cause instanceof JournalException e ? e : Failures.unwritten(file.path(), cause);
    boolean unheard;
    synchronized (lock) {
      failure = first;
      forceWanted = false;
      unheard = queue.isEmpty() && batch.entries().isEmpty();
    }
    if (unheard) {
      warn(first);
    }
    refuse(batch.entries());
    for (Batch.Waiting entry = next(); entry != null; entry = next()) {
      refuse(List.of(entry));
    }
  }

  private Batch.@Nullable Waiting next() {
    synchronized (lock) {
      return queue.poll();
    }
  }

  /** What was acknowledged after a write alone may be lost with the power; nobody waits to hear. */
  private static void warn(JournalException failure) {
    LOG.atWarn()
        .setCause(failure)
        .log("What a conversation's file took was not forced to the disk");
  }

  private void refuse(List<Batch.Waiting> waiting) {
    JournalException cause = failed();
    for (Batch.Waiting entry : waiting) {
      backlog.free(entry.line().length);
      entry.done().completeExceptionally(cause == null ? closed() : cause);
    }
  }

  private long streamed() {
    synchronized (lock) {
      return streamed;
    }
  }

  private @Nullable JournalException failed() {
    synchronized (lock) {
      return failure;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (closing) {
        return;
      }
      owner.closing(ended); // before it can end
      closing = true;
    }
    wake();
  }

  /** Waits until all is written and the lock is given up, also while interrupted. */
  public void awaitEnd() {
    ended.join();
  }

  /** The last thing that happens: nothing is queued and nothing will be. */
  private void finish() {
    FileState state = null;
    if (failed() == null) {
      try {
        state = file.end(lastSequence(), streamed());
      } catch (Throwable e) {
        warn(Failures.unwritten(file.path(), e));
      }
    }
    file.abandon();
    tellOfPieces();
    try {
      owner.ended(this, file, state);
    } finally {
      ended.complete(null); // and running stays set: there is no second end
    }
  }
}
