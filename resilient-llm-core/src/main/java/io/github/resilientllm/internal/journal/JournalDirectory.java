package io.github.resilientllm.internal.journal;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The conversations in one directory, each a file. */
public final class JournalDirectory implements Journal {
  private final Path directory;
  private final Options options;
  private final Disk disk;
  private final Writers writers;
  private final ForceTimer timer;
  private final InstantSource clock;
  private final Entries entries;
  private final Recovery recovery;
  private final Repair repair;
  private final Place place;
  private final KnownFiles known = new KnownFiles();
  private final Set<FileLog> logs = ConcurrentHashMap.newKeySet();
  private final AtomicInteger openLogs = new AtomicInteger();
  private final Backlog backlog;
  private volatile boolean closed;

  JournalDirectory(
      Path directory,
      Options options,
      Disk disk,
      Writers writers,
      Timer timer,
      InstantSource clock,
      Supplier<String> incarnations) {
    this.directory = directory.toAbsolutePath();
    this.options = options;
    this.disk = disk;
    this.writers = writers;
    this.timer = new ForceTimer(timer, options.sync().within());
    this.clock = clock;
    this.entries = new Entries(disk, options);
    this.recovery = new Recovery(disk, options, incarnations);
    this.repair = new Repair(disk, options, clock);
    this.place = new Place(disk, this.directory, options);
    this.backlog = new Backlog(this.directory);
  }

  /** The conversations in a directory of this machine, which is made when it is needed. */
  public static JournalDirectory at(Path directory, Options options) {
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
  public CompletableFuture<Log> open(String conversation) {
    Path path;
    try {
      path = path(conversation);
    } catch (JournalException e) {
      return CompletableFuture.failedFuture(e);
    }
    Gate gate = new Gate(path);
    return writers.submit("Opening", path, gate, () -> openHere(path, conversation, gate.seen));
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
    place.prepare(seen != null);
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
      LogOwner owner = new LogOwner(conversation, lock, closing);
      FileLog log = new FileLog(file, state, options, writers, timer, owner);
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
  public List<JournalEntry> read(String conversation) {
    Path path = path(conversation);
    return writers.call("Reading", path, () -> entries.read(path, conversation, Long.MAX_VALUE, 0));
  }

  @Override
  public List<Listed> list() {
    requireOpen();
    return writers.call("Listing", directory, () -> listing().list());
  }

  @Override
  public boolean delete(String conversation) {
    Path path = path(conversation);
    return alone("Deleting", path, false, () -> deleteHere(path));
  }

  private boolean deleteHere(Path path) throws IOException {
    boolean existed = deleteIfThere(path);
    existed |= deleteIfThere(Names.temporary(path));
    for (int n = 1; deleteIfThere(Names.damaged(path, n)); n++) {
      existed = true;
    }
    if (options.sync().forces()) {
      // Also if there is nothing: whoever deleted it may have died before the sync.
      disk.syncDirectory(directory);
    }
    return existed;
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
    List<Path> paths = writers.call("Listing", directory, () -> listing().conversations());
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
  boolean deleteUnchanged(Listed listed) {
    Path path = path(listed.conversation());
    try {
      return alone("Deleting", path, false, () -> isUnchanged(path, listed) && deleteHere(path));
    } catch (JournalException e) {
      if (e.reason() == Reason.LOCKED) {
        return false;
      }
      throw e;
    }
  }

  /** A log that was closing when it was listed adds a mark, which is no change. */
  private boolean isUnchanged(Path path, Listed before) throws IOException {
    Listed now = listing().list(path);
    return now != null
        && now.entries() == before.entries()
        && now.state() == before.state()
        && now.lastActivity().equals(before.lastActivity());
  }

  /** Deletes conversations by their age or size. */
  public Retention retention() {
    return new Retention(this, clock);
  }

  private Listing listing() {
    return new Listing(disk, directory, options.maxLine());
  }

  /** Does something to a file while nobody else may write it; gives a value if there is none. */
  private <T> T alone(String doing, Path path, T none, Writers.Work<T> work) {
    return writers.call(
        doing,
        path,
        new Gate(path),
        () -> {
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
        });
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
    private final String conversation;
    private final Closeable lock;
    private final Closings.File file;

    LogOwner(String conversation, Closeable lock, Closings.File file) {
      this.conversation = conversation;
      this.lock = lock;
      this.file = file;
    }

    @Override
    public List<JournalEntry> read(LogFile file, long length, long after) throws IOException {
      return entries.read(file.path(), conversation, length, after);
    }

    @Override
    public byte[] encode(JournalEntry entry, String file, long durable) {
      return entries.encode(conversation, entry, file, durable);
    }

    @Override
    public void reserve(int bytes) {
      backlog.reserve(bytes);
    }

    @Override
    public void free(int bytes) {
      backlog.free(bytes);
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
