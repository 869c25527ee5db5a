package io.github.resilientllm.internal.journal;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileDisk;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.testing.Pages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a journal does on a disk that is watched, or fails. */
@SuppressWarnings("try") // closing early is what some of them are about
class JournalDirectoryTest {
  private static final Duration WITHIN = Duration.ofMillis(200);

  @TempDir Path directory;
  private final FailingDisk disk = new FailingDisk();
  private final Deque<Runnable> timer = new ArrayDeque<>();
  private int incarnations;

  private JournalDirectory journal(Mode mode, Encryption keys) {
    return journal(mode, keys, disk);
  }

  private JournalDirectory journal(Mode mode, Encryption keys, Disk on) {
    FileOptions options =
        new FileOptions(
            new SyncRule(mode, WITHIN),
            1 << 20,
            1 << 30,
            10,
            keys,
            false,
            FileOptions.READ_WHOLE,
            false);
    return new JournalDirectory(
        directory,
        options,
        on,
        new Writers(Runnable::run),
        (delay, task) -> timer.add(task),
        InstantSource.system(),
        () -> "life" + ++incarnations);
  }

  private JournalDirectory journal() {
    return journal(Mode.BOUNDARY, null);
  }

  @Test
  void anEntryInTheMiddleOfALongFileIsFoundWithoutReadingWhatIsBeforeIt() {
    AtomicLong bytesRead = new AtomicLong();
    try (JournalDirectory journal = journal(Mode.NONE, null, counting(bytesRead))) {
      try (Journal.Log log = journal.open("a").join()) {
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (JournalEntry entry : large(1, 4000)) {
          last = log.append(entry);
        }
        last.join();
      }
      for (long after : List.of(1L, 2L, 500L, 1999L, 3100L, 3998L, 3999L, 4000L)) {
        bytesRead.set(0);
        Journal.Page page = journal.readAfter("a", after, 1).join();

        assertThat(page.entries()).isEqualTo(large(after + 1, Math.min(4000, after + 1)));
        assertThat(page.isLast()).isEqualTo(after >= 3999);
        assertThat(bytesRead.get()).as("bytes read after %d", after).isLessThan(1 << 20);
      }
      assertThat(journal.readAfter("a", 2999, Long.MAX_VALUE).join().entries())
          .isEqualTo(large(3000, 4000));
    }
  }

  @Test
  void whatASecondWriterLeftTooLateIsNotFoundByItsNumber() throws IOException {
    try (JournalDirectory journal = journal(Mode.NONE, null)) {
      try (Journal.Log log = journal.open("a").join()) {
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (JournalEntry entry : large(1, 1000)) {
          last = log.append(entry);
        }
        last.join();
      }
      Path file = directory.resolve("c-a.jsonl");
      List<String> lines = Files.readAllLines(file);
      for (int again = 0; again < 2; again++) { // numbers that are taken, and more behind them
        Files.write(file, lines.subList(lines.size() - 20, lines.size()), APPEND);
      }

      assertThat(journal.readAfter("a", 985, Long.MAX_VALUE).join().entries())
          .isEqualTo(large(986, 1000));
      assertThat(journal.readAfter("a", 1000, 1).join().entries()).isEmpty();
    }
  }

  /** Entries of 2 KiB. */
  private static List<JournalEntry> large(long first, long last) {
    String text = "x".repeat(2 << 10);
    return LongStream.rangeClosed(first, last).mapToObj(n -> Pages.entry(n, text)).toList();
  }

  private PassingDisk counting(AtomicLong bytesRead) {
    return new PassingDisk(disk) {
      @Override
      DiskFile wrap(Path path, DiskFile file) {
        return new PassingFile(file) {
          @Override
          public int read(ByteBuffer into, long position) throws IOException {
            int read = super.read(into, position);
            bytesRead.addAndGet(read);
            return read;
          }
        };
      }
    };
  }

  @Test
  void theTimesOfFilesAreAskedForOncePerListing() {
    AtomicInteger asked = new AtomicInteger();
    PassingDisk counting =
        new PassingDisk(disk) {
          @Override
          public Instant modified(Path file) throws IOException {
            asked.incrementAndGet();
            return super.modified(file);
          }
        };
    try (JournalDirectory journal = journal(Mode.NONE, null, counting)) {
      for (int i = 0; i < 30; i++) {
        Pages.write(journal, "c" + i, 1);
      }
      List<Journal.Head> all = new ArrayList<>();
      Journal.Listing page = journal.list(Journal.Query.all().limit(7)).join();
      all.addAll(page.heads());
      while (!page.isLast()) {
        page = journal.list(Journal.Query.all().limit(7).from(page.next())).join();
        all.addAll(page.heads());
      }

      assertThat(all).extracting(Journal.Head::conversation).doesNotHaveDuplicates().hasSize(30);
      assertThat(asked).hasValue(30);
      assertThat(journal.list(Journal.Query.all().limit(7)).join().heads()).hasSize(7);
      assertThat(asked).hasValue(60);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 100, 1000})
  void aFullDiskIsNamedAndNothingIsAcknowledgedAfterIt(long room) {
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 2);
      Journal.Log log = journal.open("a").join();
      disk.room = room;
      long last = 2;
      CompletableFuture<Void> append;
      do {
        append = log.append(Pages.entry(++last));
      } while (!append.isCompletedExceptionally());

      assertThatThrownBy(append::join)
          .hasMessageContaining(directory.resolve("c-a.jsonl").toString())
          .hasMessageContaining("No space left on device");
      disk.room = Long.MAX_VALUE;
      CompletableFuture<Void> after = log.append(Pages.entry(last + 1));
      assertThatThrownBy(after::join).hasMessageContaining("No space left on device");
      log.close();

      Pages.write(journal, "a", 1);
      assertThat(journal.read("a").join()).isEqualTo(Pages.entries(1, last));
    }
  }

  @Test
  void aFullDiskIsNotFilledWithCopiesOfATornEndNorIsTheConversationLost() throws IOException {
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 2);
      Path file = directory.resolve("c-a.jsonl");
      Files.writeString(file, "torn\ntorn\nt", APPEND);
      for (long room : new long[] {0, 5, 20}) { // for nothing, for half of the copy, for all of it
        for (int n = 0; n < 400; n++) {
          disk.room = room;
          CompletableFuture<Journal.Log> opening = journal.open("a");
          assertThatThrownBy(opening::join).hasMessageContaining("No space left on device");
        }
        assertThat(disk.list(directory))
            .containsExactlyInAnyOrder(file, directory.resolve(".lock"));
      }
      disk.room = Long.MAX_VALUE;

      Pages.write(journal, "a", 1);
      assertThat(journal.read("a").join()).isEqualTo(Pages.entries(1, 3));
      assertThat(directory.resolve("c-a.jsonl.cut-1")).hasContent("torn\ntorn\nt");
    }
  }

  @Test
  void aDeletionThatDidNotComeToItsEndIsMadeGoodByTheNext() throws IOException {
    Path file = directory.resolve("c-a.jsonl");
    PassingDisk ending =
        new PassingDisk(disk) {
          @Override
          public void delete(Path path) throws IOException {
            if (path.toString().endsWith(".cut-2")) {
              throw new IOException("Input/output error");
            }
            super.delete(path);
          }
        };
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 1);
      for (int n = 1; n <= 3; n++) {
        Files.writeString(file, "torn\ntorn\n", APPEND);
        Pages.write(journal, "a", 1);
      }
      assertThat(directory.resolve("c-a.jsonl.cut-3")).exists();
      CompletableFuture<Boolean> deletion = journal(Mode.BOUNDARY, null, ending).delete("a");
      assertThatThrownBy(deletion::join).hasMessageContaining("Input/output error");
      assertThat(journal.list().join()).as("to be seen as not deleted").hasSize(1);

      assertThat(journal.delete("a").join()).isTrue();
      assertThat(disk.list(directory)).containsExactly(directory.resolve(".lock"));
    }
  }

  @Test
  void whoCancelsHisWaitingHoldsNothing() {
    try (JournalDirectory journal = journal()) {
      Journal.Log log = journal.open("a").join();
      CompletableFuture<Journal.Log> waiting = journal.open("a", Duration.ofMinutes(1));
      waiting.cancel(false);
      log.close();
      timer.remove().run(); // which finds it free

      journal.open("a").join().close();
      assertThat(timer).isEmpty();
    }
  }

  @Test
  void aBacklogIsAFailureOfTheDiskAndSaysNothingOfTheEntry() {
    List<Runnable> waiting = new ArrayList<>();
    FileOptions options =
        new FileOptions(
            new SyncRule(Mode.BOUNDARY, WITHIN),
            64 << 20,
            1 << 30,
            10,
            null,
            false,
            FileOptions.READ_WHOLE,
            false);
    boolean[] hangs = {false};
    JournalDirectory journal =
        new JournalDirectory(
            directory,
            options,
            disk,
            new Writers(task -> run(task, hangs[0] ? waiting : null)),
            (delay, task) -> timer.add(task),
            InstantSource.system(),
            () -> "life" + ++incarnations);
    Journal.Log large = journal.open("large").join();
    Journal.Log small = journal.open("small").join();
    hangs[0] = true;
    String text = "x".repeat(21 << 20);
    for (int n = 1; n <= 3; n++) {
      CompletableFuture<Void> unused = large.append(Pages.entry(n, text));
    }

    CompletableFuture<Void> innocent = small.append(Pages.entry(1, text.substring(0, 2 << 20)));
    assertThat(innocent).isDone();
    assertThatThrownBy(innocent::join)
        .hasMessageContaining("bytes wait to be written")
        .cause()
        .isInstanceOfSatisfying(
            JournalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FAILED));
    hangs[0] = false;
    waiting.forEach(Runnable::run);
    small.append(Pages.entry(1)).join();
    journal.close();
  }

  private static void run(Runnable task, @Nullable List<Runnable> waiting) {
    if (waiting == null) {
      task.run();
    } else {
      waiting.add(task);
    }
  }

  @Test
  void aFullDiskLeavesNothingOfANewConversation() {
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      disk.room = 50;
      assertThat(log.append(Pages.entry(1))).isCompletedExceptionally();
      log.close();

      assertThat(directory.resolve("c-a.jsonl")).doesNotExist();
      assertThat(directory.resolve("c-a.jsonl.tmp")).doesNotExist();
    }
  }

  @Test
  void aFailedSyncIsNeverTriedAgain() {
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 2);
      Journal.Log log = journal.open("a").join();
      disk.goodSyncs = 0;
      assertThatThrownBy(() -> log.append(Pages.entry(3)).join())
          .hasMessageContaining("Input/output error");
      int syncs = disk.syncs;

      assertThat(log.append(Pages.entry(4))).isCompletedExceptionally();
      log.close();

      assertThat(disk.syncs).isEqualTo(syncs);
      assertThat(journal.read("a").join())
          .as("written, but in doubt")
          .isEqualTo(Pages.entries(1, 3));
    }
  }

  @Test
  void whatIsInDoubtIsWrittenAnewBeforeAnybodyReliesOnIt() throws Exception {
    Path file = directory.resolve("c-a.jsonl");
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 2);
      Journal.Log log = journal.open("a").join();
      disk.goodSyncs = 0;
      assertThat(log.append(Pages.entry(3))).isCompletedExceptionally();
      log.close();
      Object before = FileDisk.keyOf(file);

      try (Journal.Log next = journal.open("a").join()) {
        assertThat(FileDisk.keyOf(file)).as("another file").isNotEqualTo(before);
        assertThat(next.entriesAfter(0).join()).isEqualTo(Pages.entries(1, 3));
        assertThat(next.incarnation()).isEqualTo("life1");
      }
    }
  }

  @Test
  void whatWasClosedInOrderIsNotWrittenAnew() throws Exception {
    Path file = directory.resolve("c-a.jsonl");
    Pages.write(journal(), "a", 3);
    Object before = FileDisk.keyOf(file);
    JournalDirectory next = journal();
    Pages.write(next, "b", 1);
    int syncs = disk.syncs;

    next.open("a").join().close();

    assertThat(FileDisk.keyOf(file)).isEqualTo(before);
    assertThat(disk.syncs).isEqualTo(syncs);
  }

  @Test
  void aKnownFileIsOpenedOnceAndStaysAsItIsIfNothingIsAdded() throws Exception {
    Path file = directory.resolve("c-a.jsonl");
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 2);
      Pages.write(journal, "a", 1);
      byte[] before = Files.readAllBytes(file);
      int opened = disk.opened;

      journal.open("a").join().close();
      journal.open("a").join().close();

      assertThat(disk.opened).isEqualTo(opened + 2);
      assertThat(file).hasBinaryContent(before);
      Pages.write(journal, "a", 1);
      assertThat(disk.opened).isEqualTo(opened + 3);
      assertThat(journal.read("a").join()).isEqualTo(Pages.entries(1, 4));
    }
  }

  @Test
  void boundariesAreForcedAtOnceAndTheRestByTheTimer() {
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      disk.syncs = 0;
      log.append(Pages.entry(1)).join();
      assertThat(disk.syncs).as("the new file and its directory").isEqualTo(2);

      log.append(Pages.entry(2, Kind.ATTEMPT, "more")).join();
      log.append(Pages.entry(3, Kind.ATTEMPT, "more")).join();
      assertThat(disk.syncs).isEqualTo(2);
      assertThat(timer).hasSize(1);
      timer.remove().run();
      assertThat(disk.syncs).isEqualTo(3);

      log.append(Pages.entry(4)).join();
      assertThat(disk.syncs).isEqualTo(4);
      log.append(Pages.entry(5, Kind.ATTEMPT, "x".repeat(16 << 10))).join();
      assertThat(disk.syncs).as("16 KiB do not wait").isEqualTo(5);
    }
    assertThat(disk.syncs).isEqualTo(5);
  }

  @Test
  void withoutSyncNothingIsForced() {
    try (JournalDirectory journal = journal(Mode.NONE, null)) {
      Pages.write(journal, "a", 3);
      Pages.write(journal, "a", 3);
      journal.delete("a").join();
    }
    assertThat(disk.syncs).isZero();
    assertThat(timer).isEmpty();
  }

  @Test
  void someoneElsesWritingIsAConflict() throws Exception {
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      log.append(Pages.entry(1)).join();
      Files.writeString(directory.resolve("c-a.jsonl"), "x", StandardOpenOption.APPEND);

      assertThatThrownBy(() -> log.append(Pages.entry(2)).join())
          .hasMessageContaining("Another writer has taken");
    }
  }

  @Test
  void whatSaysNothingAnyMoreIsDropped() {
    try (JournalDirectory journal = journal()) {
      List<JournalEntry> entries =
          List.of(
              Pages.entry(1, Kind.ASKED, "q"),
              Pages.entry(2, Kind.ATTEMPT, "a"),
              Pages.entry(3, Kind.PROGRESS, "p".repeat(200_000)),
              Pages.entry(4, Kind.PROGRESS, "p".repeat(200_000)),
              Pages.entry(5, Kind.ANSWERED, "a"),
              Pages.entry(6, Kind.ASKED, "q"),
              Pages.entry(7, Kind.PROGRESS, "p"));
      try (Journal.Log log = journal.open("a").join()) {
        for (JournalEntry entry : entries) {
          CompletableFuture<Void> unused = log.append(entry);
        }
      }
      List<JournalEntry> kept =
          entries.stream().filter(e -> e.sequence() < 2 || e.sequence() > 4).toList();

      assertThat(journal.compact("a")).isGreaterThan(400_000);
      assertThat(journal.compact("a")).isZero();
      assertThat(journal.read("a").join()).isEqualTo(kept);
      assertThat(journal.list().join().get(0).lastSequence()).isEqualTo(7);
      assertThat(journal.verify("a").problems()).isEmpty();
      Pages.write(journal, "a", 1);
      assertThat(journal.read("a").join()).hasSize(5);
    }
  }

  @Test
  void openingAndReadingTheEndCostNoMoreHoweverLongAFileIs() {
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      for (int n = 1; n <= 50; n++) {
        log.append(Pages.entry(n, "x".repeat(100_000))).join();
      }
    }
    disk.read = 0;
    try (JournalDirectory next = journal();
        Journal.Log log = next.open("a").join()) {
      assertThat(log.lastSequence()).isEqualTo(50);
      List<JournalEntry> end = log.readLast(250_000).join().entries();
      assertThat(end).hasSizeBetween(1, 3).last().extracting(JournalEntry::sequence).isEqualTo(50L);
      assertThat(next.readLast("a", 250_000).join().entries()).isEqualTo(end);
      assertThat(disk.read).isLessThan(2_000_000);
      log.append(Pages.entry(51)).join();
    }
    assertThat(journal().read("a").join()).hasSize(51);
    assertThat(journal().verify("a").problems()).isEmpty();
  }

  @Test
  void aLongFileOfStreamedTextIsStillCompactedByOpening() {
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      log.append(Pages.entry(1)).join();
      for (int n = 2; n <= 30; n++) {
        CompletableFuture<Void> unused =
            log.append(Pages.entry(n, Kind.PROGRESS, "p".repeat(100_000)));
      }
      log.append(Pages.entry(31, Kind.ANSWERED, "a")).join();
    }
    journal().open("a").join().close();
    assertThat(directory.resolve("c-a.jsonl").toFile().length()).isLessThan(1000);
  }

  @Test
  void damageBeforeTheEndOfALongFileIsFoundByWhoReadsIt() throws Exception {
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      for (int n = 1; n <= 20; n++) {
        log.append(Pages.entry(n, "x".repeat(100_000))).join();
      }
    }
    Path file = directory.resolve("c-a.jsonl");
    Files.writeString(file, Files.readString(file).replace("{\"n\":5,", "{\"m\":5,"));

    try (JournalDirectory next = journal();
        Journal.Log log = next.open("a").join()) {
      assertThat(log.readLast(1000).join().entries())
          .endsWith(Pages.entry(20, "x".repeat(100_000)));
      assertThatThrownBy(() -> log.entriesAfter(0).join()).hasMessageContaining("is damaged");
      assertThat(next.verify("b").problems()).isEmpty();
    }
    assertThat(journal().verify("a").problems()).isNotEmpty();
  }

  @Test
  void openingDropsItByItself() throws Exception {
    try (Journal.Log log = journal().open("a").join()) {
      log.append(Pages.entry(1)).join();
      log.append(Pages.entry(2, Kind.ATTEMPT, "p".repeat(300_000))).join();
      log.append(Pages.entry(3)).join();
    }
    try (Journal.Log log = journal().open("a").join()) {
      assertThat(log.entriesAfter(0).join()).containsExactly(Pages.entry(1), Pages.entry(3));
    }
    assertThat(directory.resolve("c-a.jsonl").toFile().length()).isLessThan(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nfs", "nfs4", "cifs", "SMB2"})
  void aNetworkFileSystemIsRefused(String type) {
    disk.type = type;
    assertThatThrownBy(() -> journal().open("a").join())
        .hasMessageContaining("network file system")
        .hasMessageContaining("allowNetworkFileSystem()");
  }

  @Test
  void halfASurrogatePairIsKeptAsJsonEscapesIt() {
    JournalEntry entry = Pages.entry(1, "cut \uD83D");
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      log.append(entry).join();

      assertThat(log.entriesAfter(0).join().get(0).body()).isEqualTo("{\"text\":\"cut \\ud83d\"}");
    }
  }

  @Test
  void sealedBodiesOpenOnlyInTheirPlaceWithTheirKey() throws Exception {
    Path file = directory.resolve("c-a.jsonl");
    Pages.write(journal(Mode.BOUNDARY, keys("k1", "k1")), "a", 2);
    assertThat(Files.readString(file)).contains("\"key\":\"k1\"").doesNotContain("secret");

    JournalDirectory rotated = journal(Mode.BOUNDARY, keys("k2", "k1", "k2"));
    Pages.write(rotated, "a", 1);
    assertThat(rotated.read("a").join()).isEqualTo(Pages.entries(1, 3));
    assertThat(journal().verify("a").problems()).isEmpty();
    assertThat(journal().list().join()).hasSize(1);

    assertThatThrownBy(() -> journal().read("a").join())
        .hasMessageContaining("The key 'k1' is not known");
    assertThatThrownBy(() -> journal(Mode.BOUNDARY, keys("k2", "k2")).read("a").join())
        .hasMessageContaining("The key 'k1' is not known");
    assertThatThrownBy(() -> journal(Mode.BOUNDARY, wrongKeys()).read("a").join())
        .hasMessageContaining("Entry 1 of " + file + " does not open");
  }

  private static Encryption keys(String current, String... known) {
    return new Encryption() {
      @Override
      public String currentKey() {
        return current;
      }

      @Override
      public SecretKey key(String id) {
        byte[] key = new byte[32];
        key[0] = (byte) id.charAt(1);
        return List.of(known).contains(id) ? new SecretKeySpec(key, "AES") : null;
      }
    };
  }

  private static Encryption wrongKeys() {
    return new Encryption() {
      @Override
      public String currentKey() {
        return "k1";
      }

      @Override
      public SecretKey key(String id) {
        return new SecretKeySpec(new byte[32], "AES");
      }
    };
  }

  private JournalDirectory journalOn(Executor executor) {
    FileOptions options =
        new FileOptions(
            new SyncRule(Mode.BOUNDARY, WITHIN),
            1 << 20,
            1 << 30,
            10,
            null,
            false,
            FileOptions.READ_WHOLE,
            false);
    return new JournalDirectory(
        directory,
        options,
        disk,
        new Writers(executor),
        (delay, task) -> {},
        InstantSource.system(),
        () -> "life");
  }

  /** With the second task, the first after the opening, or between two batches. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void whoWaitsIsToldWhenThereIsNoThreadToBeHad(int task) {
    Deque<Runnable> tasks = new ConcurrentLinkedDeque<>();
    int[] given = new int[1];
    JournalDirectory journal =
        journalOn(
            run -> {
              if (++given[0] == task) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              tasks.add(run);
            });
    CompletableFuture<Journal.Log> opening = journal.open("a");
    runAll(tasks);
    Journal.Log log = opening.join();
    List<CompletableFuture<Void>> appended =
        List.of(
            log.append(Pages.entry(1, "x".repeat(200 << 10))),
            log.append(Pages.entry(2, "x".repeat(200 << 10))));
    runAll(tasks);

    CompletableFuture<Void> last = appended.get(1);
    assertThat(last).isCompletedExceptionally();
    assertThatThrownBy(last::join).hasMessageContaining("failed (OutOfMemoryError)");
    assertThat(appended.get(0).isCompletedExceptionally()).isEqualTo(task == 2);
    assertThat(log.append(Pages.entry(3))).isCompletedExceptionally();

    log.close();
    runAll(tasks);
    assertThat(journal(Mode.BOUNDARY, null).open("a")).as("free again").isCompleted();
  }

  @Test
  void appendsThatWaitTogetherAreForcedTogether() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    JournalDirectory journal = journalOn(tasks::add);
    CompletableFuture<Journal.Log> opening = journal.open("a");
    runAll(tasks);
    Journal.Log log = opening.join();
    CompletableFuture<Void> first = log.append(Pages.entry(1));
    runAll(tasks);
    assertThat(first).isDone();
    int syncs = disk.syncs;
    int writes = disk.writes;

    List<CompletableFuture<Void>> appended =
        LongStream.rangeClosed(2, 100).mapToObj(n -> log.append(Pages.entry(n))).toList();
    runAll(tasks);

    assertThat(appended).allMatch(CompletableFuture::isDone);
    assertThat(disk.syncs).isEqualTo(syncs + 1);
    assertThat(disk.writes).isEqualTo(writes + 1);
  }

  private static void runAll(Deque<Runnable> tasks) {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }
}
