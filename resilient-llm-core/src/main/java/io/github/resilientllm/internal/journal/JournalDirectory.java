package io.github.resilientllm.internal.journal;

import io.github.resilientllm.internal.journal.check.EntryReader;
import io.github.resilientllm.internal.journal.check.Findings;
import io.github.resilientllm.internal.journal.check.Heads;
import io.github.resilientllm.internal.journal.check.Recovery;
import io.github.resilientllm.internal.journal.check.Repair;
import io.github.resilientllm.internal.journal.file.Backlog;
import io.github.resilientllm.internal.journal.file.Closings;
import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.Failures;
import io.github.resilientllm.internal.journal.file.FileDisk;
import io.github.resilientllm.internal.journal.file.FileLog;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.FileState;
import io.github.resilientllm.internal.journal.file.ForceTimer;
import io.github.resilientllm.internal.journal.file.KnownFiles;
import io.github.resilientllm.internal.journal.file.LogFile;
import io.github.resilientllm.internal.journal.file.Names;
import io.github.resilientllm.internal.journal.file.Site;
import io.github.resilientllm.internal.journal.file.Timer;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.internal.journal.line.EntryEncoder;
import io.github.resilientllm.internal.journal.line.Payloads;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The conversations in one directory, each a file. */
public final class JournalDirectory implements Journal {
  /** How often a conversation is tried that another process has. */
  private static final Duration LOCK_POLL = Duration.ofMillis(20);

  private final Path directory;
  private final FileOptions options;
  private final Disk disk;
  private final Writers writers;
  private final ForceTimer timer;
  private final InstantSource clock;
  private final EntryReader reader;
  private final Recovery recovery;
  private final Repair repair;
  private final Site site;
  private final Heads heads;
  private final KnownFiles known = new KnownFiles();
  private final Set<FileLog> logs = ConcurrentHashMap.newKeySet();
  private final AtomicInteger openLogs = new AtomicInteger();
  private final Timer later;
  private final FileLog.Shared shared;
  private volatile boolean closed;

  /**
   * The conversations in a directory, by this disk, these threads and this time.
   *
   * @param incarnations names for new files, each another
   */
  public JournalDirectory(
      Path directory,
      FileOptions options,
      Disk disk,
      Writers writers,
      Timer timer,
      InstantSource clock,
      Supplier<String> incarnations) {
    this.directory = directory.toAbsolutePath();
    this.options = options;
    this.disk = disk;
    this.writers = writers;
    this.timer = new ForceTimer(timer, options.sync().forcedWithin());
    this.clock = clock;
    Payloads payloads = new Payloads(options.sealing());
    this.reader = new EntryReader(disk, options, payloads);
    this.recovery = new Recovery(disk, options, incarnations);
    this.repair = new Repair(disk, options, clock);
    this.site = new Site(disk, this.directory, options);
    this.heads = new Heads(disk, this.directory, options.maxLine());
    this.later = timer;
    Backlog backlog = new Backlog(this.directory);
    this.shared =
        new FileLog.Shared(
            options,
            new EntryEncoder(options.maxEntryBytes(), payloads),
            reader,
            backlog,
            writers,
            this.timer,
            timer);
  }

  /** The conversations in a directory of this machine, which is made when it is needed. */
  public static JournalDirectory at(Path directory, FileOptions options) {
    Writers writers = Writers.make();
    SecureRandom random = new SecureRandom();
    return new JournalDirectory(
        directory,
        options,
        new FileDisk(),
        writers,
        (delay, task) ->
            // On the JDK's own thread: it only wakes writers, and fails not for want of one.
            CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
                .execute(task),
        InstantSource.system(),
        () -> HexFormat.of().toHexDigits(random.nextLong()));
  }

  @Override
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    return at(conversation, path -> open(path, conversation, patience));
  }

  /** The same for one try, as a log that tells where its entries are. */
  public CompletableFuture<FileLog> openFile(String conversation) {
    return open(conversation, Duration.ZERO).thenApply(FileLog.class::cast);
  }

  /** Reads all entries of a conversation that nobody writes. Blocks. */
  public void scan(String conversation, EntryReader.Visitor visitor) {
    Path path = path(conversation);
    boolean unused =
        writers.call(
            "Reading",
            path,
            () -> {
              reader.scan(path, conversation, visitor);
              return true;
            });
  }

  /**
   * Reads one entry.
   *
   * @param incarnation of the conversation when the entry was placed
   * @param offset as {@link FileLog#place} or {@link #scan} said
   */
  public CompletableFuture<JournalEntry> readAt(
      String conversation, String incarnation, long offset) {
    return at(
        conversation,
        path ->
            writers.submit(
                "Reading",
                path,
                Writers.Gate.NONE,
                () -> reader.at(path, conversation, incarnation, offset)));
  }

  private CompletableFuture<Log> open(Path path, String conversation, Duration patience) {
    Opening opening = new Opening(path, conversation);
    opening.attempt(patience);
    return opening.result;
  }

  /** Whoever waits for a log, be it that no other process tells when it closes a conversation. */
  private final class Opening {
    private final Path path;
    private final String conversation;
    private final CompletableFuture<Log> result = new CompletableFuture<>();

    Opening(Path path, String conversation) {
      this.path = path;
      this.conversation = conversation;
    }

    void attempt(Duration patience) {
      try {
        Gate gate = new Gate(path);
        CompletableFuture<?> unused =
            writers
                .submit("Opening", path, gate, () -> openHere(path, conversation, gate.seen))
                .whenComplete((log, failure) -> ended(log, failure, patience));
      } catch (Throwable e) { // no thread to be had
        result.completeExceptionally(e);
      }
    }

    private void ended(@Nullable Log log, @Nullable Throwable failure, Duration patience) {
      if (log != null) {
        if (!result.complete(log)) { // whoever asked has gone
          log.close();
        }
      } else if (patience.isZero() || patience.isNegative() || reasonOf(failure) != Reason.BUSY) {
        result.completeExceptionally(Objects.requireNonNull(failure));
      } else if (!result.isDone()) {
        again(patience);
      }
    }

    private void again(Duration patience) {
      Duration wait = patience.compareTo(LOCK_POLL) < 0 ? patience : LOCK_POLL;
      try {
        later.after(wait, () -> attempt(patience.minus(wait)));
      } catch (Throwable e) { // no thread to be had
        result.completeExceptionally(e);
      }
    }
  }

  private static @Nullable Reason reasonOf(@Nullable Throwable failure) {
    return failure instanceof JournalException e ? e.reason() : null;
  }

  /** Does something with the file of a conversation, or says in the future why it cannot. */
  private <T> CompletableFuture<T> at(
      String conversation, Function<Path, CompletableFuture<T>> work) {
    try {
      return work.apply(path(conversation));
    } catch (JournalException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Is open unless a log of the file was closed, in this process, and did not end yet. */
  private final class Gate implements Writers.Gate {
    private final Path path;
    private Closings.@Nullable File seen; // null if there is no directory

    Gate(Path path) {
      this.path = path;
    }

    @Override
    public @Nullable CompletableFuture<Void> opening() throws IOException {
      try {
        seen = file(path);
        return Closings.of(seen);
      } catch (NoSuchFileException e) {
        seen = null;
        return null;
      }
    }
  }

  private Closings.File file(Path path) throws IOException {
    return new Closings.File(disk.key(directory), path.getFileName());
  }

  private Log openHere(Path path, String conversation, Closings.@Nullable File seen)
      throws IOException {
    requireOpen(); // after it may have waited
    site.prepare(seen != null);
    Log log = hold(path, conversation, seen == null ? file(path) : seen);
    if (closed) {
      log.close();
      throw closed();
    }
    return log;
  }

  private Log hold(Path path, String conversation, Closings.File closing) throws IOException {
    Closeable lock = lock(path);
    try {
      if (openLogs.incrementAndGet() > options.maxOpenLogs()) {
        throw new JournalException(
            Reason.FAILED,
            "%d conversations are open; close some or raise maxOpenLogs"
                .formatted(options.maxOpenLogs()));
      }
      KnownFiles.Found found = known.find(path, disk);
      FileState state = found == null ? recovery.recover(path, conversation) : found.state();
      boolean durably = options.sync().forces();
      LogFile file = new LogFile(disk, path, conversation, state, durably, clock);
      if (found != null) {
        file.use(found.file(), found.key());
      }
      LogOwner owner = new LogOwner(lock, closing);
      FileLog log = new FileLog(file, conversation, state, shared, owner);
      logs.add(log);
      return log;
    } catch (Throwable e) {
      openLogs.decrementAndGet();
      release(lock);
      throw e;
    }
  }

  private Closeable lock(Path path) throws IOException {
    Closeable lock = disk.tryLock(directory.resolve(Names.LOCK), Names.lockPosition(path));
    if (lock == null) {
      throw Failures.locked(path);
    }
    return lock;
  }

  private static void release(Closeable lock) {
    try {
      lock.close();
    } catch (IOException e) {
      // The system gives it up with the process at the latest; nothing written depends on it.
    }
  }

  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    return at(
        conversation,
        path ->
            writers.submit(
                "Reading",
                path,
                Writers.Gate.NONE,
                () -> reader.read(path, conversation, Long.MAX_VALUE, sequence, maxBytes)));
  }

  @Override
  public CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    return at(
        conversation,
        path ->
            writers.submit(
                "Reading",
                path,
                Writers.Gate.NONE,
                () -> reader.last(path, conversation, Long.MAX_VALUE, maxBytes)));
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    return at(
        conversation,
        path ->
            writers.submit(
                "Reading",
                path,
                Writers.Gate.NONE,
                () -> Optional.ofNullable(heads.head(path)).filter(JournalDirectory::isThere)));
  }

  /** A file of which nothing was written whole is as good as none. */
  private static boolean isThere(Head head) {
    return head.lastSequence() > 0
        || head.state() == ConversationState.DAMAGED
        || head.state() == ConversationState.UNKNOWN;
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    if (closed) {
      return CompletableFuture.failedFuture(closed());
    }
    return writers.submit("Listing", directory, Writers.Gate.NONE, () -> heads.list(query));
  }

  /** All conversations. Blocks. */
  List<Head> heads() {
    requireOpen();
    return writers.call("Listing", directory, () -> heads.all());
  }

  @Override
  public CompletableFuture<Boolean> delete(String conversation) {
    return at(
        conversation,
        path ->
            writers.submit(
                "Deleting", path, new Gate(path), alone(path, false, () -> deleteHere(path))));
  }

  /** The file itself goes last, and of copies the last one first: what is left leads to it. */
  private boolean deleteHere(Path path) throws IOException {
    boolean existed = deleteAll(n -> Names.damaged(path, n));
    existed |= deleteAll(n -> Names.cut(path, n));
    existed |= deleteIfThere(Names.temporary(path));
    existed |= deleteIfThere(path);
    if (options.sync().forces()) {
      // Also if there is nothing: whoever deleted it may have died before the sync.
      disk.syncDirectory(directory);
    }
    return existed;
  }

  private boolean deleteAll(IntFunction<Path> copies) throws IOException {
    int last = 0;
    while (exists(copies.apply(last + 1))) {
      last++;
    }
    for (int n = last; n > 0; n--) {
      boolean unused = deleteIfThere(copies.apply(n));
    }
    return last > 0;
  }

  private boolean exists(Path path) throws IOException {
    return !modified(path).equals(Instant.MIN);
  }

  private boolean deleteIfThere(Path path) throws IOException {
    try {
      disk.delete(path);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Drops what was streamed, and attempts, of turns that ended.
   *
   * @return how many bytes were saved
   */
  public long compact(String conversation) {
    Path path = path(conversation);
    return alone("Compacting", path, 0L, () -> recovery.compact(path, conversation));
  }

  /** Reads all of a conversation's file; there is nothing to find if there is none. */
  public Findings verify(String conversation) {
    Path path = path(conversation);
    return writers.call("Verifying", path, new Gate(path), () -> verifyHere(path, conversation));
  }

  private Findings verifyHere(Path path, @Nullable String conversation) throws IOException {
    try {
      return repair.verify(path, conversation);
    } catch (NoSuchFileException e) {
      return Findings.none(conversation == null ? Names.id(path) : conversation, path);
    }
  }

  /** Reads all files, one after another. */
  public List<Findings> verifyAll() {
    requireOpen();
    List<Path> paths = writers.call("Listing", directory, () -> heads.conversations());
    return paths.stream()
        .map(path -> writers.call("Verifying", path, new Gate(path), () -> verifyHere(path, null)))
        .toList();
  }

  /** Makes a damaged file valid again; tells what was wrong with it. */
  public Findings repair(String conversation) {
    Path path = path(conversation);
    return alone(
        "Repairing", path, Findings.none(conversation, path), () -> repairHere(path, conversation));
  }

  private Findings repairHere(Path path, String conversation) throws IOException {
    try {
      return repair.repair(path, conversation);
    } catch (NoSuchFileException e) {
      return Findings.none(conversation, path);
    }
  }

  /**
   * Deletes a conversation if it is still as it was listed and nobody writes it.
   *
   * @return whether it did
   */
  boolean deleteUnchanged(Head head) {
    Path path = path(head.conversation());
    return ifNotBusy(path, () -> isUnchanged(path, head) && deleteHere(path));
  }

  /** A log that was closing when it was listed adds a mark, which is no change. */
  private boolean isUnchanged(Path path, Head before) throws IOException {
    Head now = heads.head(path);
    return now != null
        && now.incarnation().equals(before.incarnation())
        && now.lastSequence() == before.lastSequence()
        && now.state() == before.state();
  }

  /** When a conversation was last used, by its entries' clock or by its file's. */
  Instant lastUsed(Head head) {
    Path path = path(head.conversation());
    Instant written = writers.call("Reading", path, () -> modified(path));
    return written.isAfter(head.lastActivity()) ? written : head.lastActivity();
  }

  private Instant modified(Path path) throws IOException {
    try {
      return disk.modified(path);
    } catch (NoSuchFileException e) {
      return Instant.MIN;
    }
  }

  /** Deletes what crashes left of new versions in the making, if it is older than an instant. */
  void deleteLeftovers(Instant cutoff) {
    List<Path> left = writers.call("Listing", directory, () -> heads.temporaries());
    for (Path path : left) {
      boolean unused =
          ifNotBusy(
              Names.target(path), () -> modified(path).isBefore(cutoff) && deleteIfThere(path));
    }
  }

  /** Does something to a file unless somebody writes it. */
  private boolean ifNotBusy(Path path, Writers.Work<Boolean> work) {
    try {
      return alone("Deleting", path, false, work);
    } catch (JournalException e) {
      if (e.reason() == Reason.BUSY) {
        return false;
      }
      throw e;
    }
  }

  /** Deletes conversations by their age or size. */
  public Retention retention() {
    return new Retention(this, clock);
  }

  private <T> T alone(String doing, Path path, T none, Writers.Work<T> work) {
    return writers.call(doing, path, new Gate(path), alone(path, none, work));
  }

  /** Does something to a file while nobody else may write it; gives a value if there is none. */
  private <T> Writers.Work<T> alone(Path path, T none, Writers.Work<T> work) {
    return () -> {
      Closeable lock;
      try {
        lock = lock(path);
      } catch (NoSuchFileException e) {
        return none; // no directory
      }
      try (lock) {
        known.forget(path);
        return work.run();
      }
    };
  }

  @Override
  public void close() {
    closed = true;
    List<FileLog> open = List.copyOf(logs);
    open.forEach(FileLog::close);
    if (!Writers.areHere()) {
      open.forEach(FileLog::awaitEnd);
    }
    writers.retire();
  }

  private Path path(String conversation) {
    if (conversation.isEmpty()) {
      throw new IllegalArgumentException("A conversation's id has at least one character");
    }
    requireOpen();
    if (conversation.length() > MAX_ID_LENGTH) {
      throw new JournalException(
          Reason.TOO_LARGE,
          "The conversation's id has %d characters, at most %d are allowed"
              .formatted(conversation.length(), MAX_ID_LENGTH));
    }
    return Names.file(directory, conversation);
  }

  private void requireOpen() {
    if (closed) {
      throw closed();
    }
  }

  private JournalException closed() {
    return new JournalException(Reason.CLOSED, "The journal in " + directory + " was closed");
  }

  /** What this journal does for the log of one conversation. */
  private final class LogOwner implements FileLog.Owner {
    private final Closeable lock;
    private final Closings.File file;

    LogOwner(Closeable lock, Closings.File file) {
      this.lock = lock;
      this.file = file;
    }

    @Override
    public void closing(CompletableFuture<Void> end) {
      openLogs.decrementAndGet(); // now: an opening that follows does not find it open
      Closings.add(file, end);
    }

    @Override
    public void ended(FileLog log, LogFile file, @Nullable FileState state) {
      known.remember(file, state);
      timer.remove(log);
      logs.remove(log);
      release(lock);
    }
  }
}
