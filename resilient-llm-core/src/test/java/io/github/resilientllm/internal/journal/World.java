package io.github.resilientllm.internal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.journal.Fault.Step;
import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.Names;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A journal on a crashing disk, and what it was told. All that the journal does happens on the
 * thread of the test, so a seed decides everything.
 */
final class World {
  private static final Executor APPENDER =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "appender");
            thread.setDaemon(true);
            return thread;
          });

  static final Path DIRECTORY = Path.of("/data/journal").toAbsolutePath();

  private final Mode mode;
  private final UnaryOperator<Disk> flaw;
  private final long readWhole; // half of the runs open files by their end
  private final Map<String, Ledger> ledgers = new TreeMap<>();
  private final Map<String, Journal.Log> logs = new HashMap<>();
  private final Deque<Runnable> timers = new ArrayDeque<>();
  private @Nullable Encryption keys;
  private CrashingDisk disk;
  private JournalDirectory journal;
  private String damaged = "";
  private boolean struck; // a disk before this one
  private int lives;

  /**
   * A journal on an empty disk.
   *
   * @param flaw makes the disk do less than it says, to see that the tests notice
   */
  World(Mode mode, long seed, UnaryOperator<Disk> flaw) {
    this.mode = mode;
    this.flaw = flaw;
    this.readWhole = seed % 2 == 0 ? 0 : FileOptions.READ_WHOLE;
    this.disk = CrashingDisk.empty(seed);
    this.journal = start(disk);
  }

  private void startOn(CrashingDisk next) {
    struck |= disk.struck();
    disk = next;
    timers.clear();
    ledgers.values().forEach(Ledger::processEnded);
    logs.clear();
    journal = start(next);
  }

  private JournalDirectory start(CrashingDisk on) {
    lives++;
    FileOptions options =
        new FileOptions(
            new SyncRule(mode, Duration.ofMillis(200)),
            1 << 20,
            1 << 24,
            16,
            keys,
            false,
            readWhole,
            false);
    int[] files = new int[1];
    return new JournalDirectory(
        DIRECTORY,
        options,
        flaw.apply(on),
        new Writers(new Turns()),
        (delay, task) -> timers.add(task),
        () -> Instant.ofEpochSecond(lives),
        () -> "%08x%08x".formatted(lives, files[0]++));
  }

  /** Lets a fault strike from now on. */
  void strike(Fault fault, int step) {
    disk.strike(fault, step);
    struck = false;
  }

  boolean wasStruck() {
    return struck || disk.struck();
  }

  CrashingDisk disk() {
    return disk;
  }

  JournalDirectory journal() {
    return journal;
  }

  Map<String, Ledger> ledgers() {
    return ledgers;
  }

  /** The journal is closed and another one begins in this process. */
  void restart() {
    journal.close();
    assertThat(disk.isDead() ? 0 : disk.openFiles()).as("files left open").isZero();
    startOn(disk);
  }

  /** The process ends as by {@code kill -9}, and another one begins. */
  void kill(long seed) {
    startOn(disk.kill(seed));
  }

  /** The power goes, and comes again. */
  void crash(long seed) {
    startOn(disk.crash(seed));
  }

  /** A second process takes over while the first lives on. */
  void handOver() {
    startOn(disk.otherProcess());
  }

  boolean isLockedForOthers(String id) {
    CompletableFuture<Journal.Log> log = start(disk.otherProcess()).open(id);
    if (!log.isCompletedExceptionally()) {
      log.join().close();
      return false;
    }
    assertThat(failure(log).reason()).isEqualTo(Reason.BUSY);
    return true;
  }

  void encrypt() {
    keys =
        new Encryption() {
          @Override
          public String currentKey() {
            return "key-1";
          }

          @Override
          public SecretKeySpec key(String id) {
            return new SecretKeySpec(new byte[32], "AES");
          }
        };
    restart();
  }

  /** Opens a conversation and checks what it shows, while this process and its disk are well. */
  void open(String id) {
    Ledger ledger = ledgers.computeIfAbsent(id, i -> new Ledger(this::isForced));
    Journal.Log log = await(journal.open(id));
    logs.put(id, log);
    List<JournalEntry> found = await(log.entriesAfter(0));
    ledger.check(found, false);
    checkEnd(log, found);
    ledger.opened(log, found, mode != Mode.NONE);
  }

  private static void checkEnd(Journal.Log log, List<JournalEntry> found) {
    List<JournalEntry> end = await(log.readLast(600)).entries();
    assertThat(end.isEmpty()).isEqualTo(found.isEmpty());
    assertThat(found).endsWith(end.toArray(JournalEntry[]::new));
  }

  private boolean isForced(Kind kind) {
    return mode == Mode.EVERY_EVENT || (mode == Mode.BOUNDARY && kind.isBoundary());
  }

  void append(String id, Kind kind, int size) {
    ledgers.get(id).append(logs.get(id), kind, size);
  }

  void appendTogether(String id, Kind... kinds) {
    ledgers.get(id).appendTogether(logs.get(id), kinds);
  }

  void turn(String id, int progress) {
    append(id, Kind.ASKED, 50);
    append(id, Kind.ATTEMPT, 5);
    for (int i = 0; i < progress; i++) {
      append(id, Kind.PROGRESS, 150 * i);
    }
    append(id, Kind.ANSWERED, 150 * progress);
  }

  /** Appends from several threads while the writer is in the middle of its next step of a kind. */
  void meanwhile(Step step, int threads, String id, Kind kind) {
    disk.during(
        step,
        () -> {
          for (int i = 0; i < threads; i++) {
            int size = 100 * i;
            // One at a time, as the contract asks; from any thread.
            runAndJoin(() -> append(id, kind, size));
          }
        });
  }

  private static void runAndJoin(Runnable task) {
    CompletableFuture.runAsync(task, APPENDER).join();
  }

  /** Runs what the journal wanted to be run later. */
  void passTime() {
    Map<Ledger, Long> before = new HashMap<>();
    ledgers.values().forEach(ledger -> before.put(ledger, ledger.lastAcknowledged()));
    runTimers();
    logs.forEach(
        (id, log) -> {
          append(id, Kind.PROGRESS, 1);
          Ledger ledger = ledgers.get(id);
          if (!ledger.isRefused() && mode != Mode.NONE) {
            ledger.forced(before.get(ledger));
          }
        });
  }

  void runTimers() {
    List<Runnable> due = new ArrayList<>(timers);
    timers.clear();
    due.forEach(Runnable::run);
  }

  void close(String id) {
    logs.remove(id).close();
  }

  void compact(String id) {
    journal.compact(id);
  }

  void repair(String id) {
    journal.repair(id);
  }

  void delete(String id) {
    Ledger ledger = ledgers.get(id);
    ledger.deleting();
    await(journal.delete(id));
    ledger.deleted();
  }

  /** Damages an entry of a closed conversation where it lies. */
  void damage(String id, int sequence) {
    edit(id, text -> text.replace("{\"n\":" + sequence + ",", "?\"n\":" + sequence + ","));
    try {
      damaged = text(Names.file(DIRECTORY, id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    restart();
    assertThatThrownBy(() -> await(journal.read(id))).hasMessageContaining("is damaged");
    ledgers.get(id).lost(sequence);
  }

  private void edit(String id, UnaryOperator<String> change) {
    Path path = Names.file(DIRECTORY, id);
    try (DiskFile file = disk.open(path)) {
      file.write(UTF_8.encode(change.apply(text(path))), 0);
      file.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text(Path path) throws IOException {
    try (DiskFile file = disk.read(path)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(bytes, 0);
      return UTF_8.decode(bytes.flip()).toString();
    }
  }

  boolean wasDamaged() {
    return !damaged.isEmpty();
  }

  /** Whether what was damaged was set aside as it was, if anything was. */
  boolean keepsWhatWasDamaged() {
    try {
      for (Path path : disk.list(DIRECTORY)) {
        if (path.toString().contains(".damaged-") && text(path).equals(damaged)) {
          return true;
        }
      }
      return damaged.isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process ended while it wrote a line, and another one begins. */
  void dieInTheMiddleOfALine(String id) {
    kill(1);
    edit(id, text -> text + text.substring(text.lastIndexOf("{\"n\":") - 9, text.length() - 30));
  }

  static <T> T await(CompletableFuture<T> future) {
    assertThat(future).as("nothing is left to wait for").isDone();
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof JournalException j ? j : e;
    }
  }

  private static JournalException failure(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return (JournalException) future.handle((done, failure) -> failure).join();
  }

  /** Runs tasks one after another on whichever thread brings the first. */
  private static final class Turns implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable task) {
      synchronized (tasks) {
        tasks.add(task);
        if (running) {
          return;
        }
        running = true;
      }
      for (Runnable next = next(); next != null; next = next()) {
        next.run();
      }
    }

    private @Nullable Runnable next() {
      synchronized (tasks) {
        running = !tasks.isEmpty();
        return tasks.poll();
      }
    }
  }
}
