package io.github.resilientllm.internal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.journal.Fault.Step;
import io.github.resilientllm.internal.journal.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The disk that other tests trust to be untrustworthy. */
class CrashingDiskTest {
  private static final long SEEDS = 200;

  private final Path directory = Path.of("/journal").toAbsolutePath();
  private final Path file = directory.resolve("file");
  private final CrashingDisk disk = CrashingDisk.empty(1);

  @BeforeEach
  void directoryIsDurable() throws IOException {
    disk.createDirectories(directory);
  }

  @Test
  void whatWasForcedUnderASyncedNameSurvivesEveryCut() throws IOException {
    DiskFile open = durable("forced");

    write(open, "lost", 6);

    assertThat(leftByCuts()).allMatch(left -> left.startsWith("forced"));
  }

  @Test
  void unforcedBytesAreThereOrNotOrZeroAndTheLengthIsAnyBetween() throws IOException {
    write(durable("a".repeat(CrashingFile.SECTOR)), "b".repeat(2 * CrashingFile.SECTOR), 512);

    Set<String> left = leftByCuts();

    String forced = "a".repeat(512);
    String zeros = "\0".repeat(512);
    String kept = "b".repeat(512);
    assertThat(left)
        .contains(forced, forced + kept + kept, forced + zeros + kept, forced + kept + zeros)
        .allMatch(s -> s.matches("a{512}(b{0,512}|\0{0,512}|(b{512}|\0{512})(b*|\0*))"))
        .hasSizeGreaterThan(20);
  }

  @Test
  void sectorWrittenTwiceMayBeKeptInItsFirstVersion() throws IOException {
    DiskFile open = durable("");
    write(open, "first ", 0);
    write(open, "second", 6);

    assertThat(leftByCuts()).contains("", "first second", "first \0\0\0\0\0\0");
  }

  @Test
  void unsyncedNameMayBeLostAlthoughTheFileWasForced() throws IOException {
    DiskFile open = disk.create(file);
    write(open, "text", 0);
    open.force(true);

    assertThat(leftByCuts()).containsExactlyInAnyOrder("text", "(no file)");
  }

  @Test
  void unsyncedRenameIsDoneOrNotDone() throws IOException {
    replaceOldByNew();

    assertThat(text(disk, file)).isEqualTo("new");
    assertThat(leftByCuts()).containsExactlyInAnyOrder("old", "new");
  }

  @Test
  void syncedRenameIsDone() throws IOException {
    replaceOldByNew();

    disk.syncDirectory(directory);

    assertThat(leftByCuts()).containsExactly("new");
  }

  @Test
  void renameOfAFileThatWasNotForcedMayLeaveItEmpty() throws IOException {
    write(disk.create(directory.resolve("file.tmp")), "new", 0);
    disk.move(directory.resolve("file.tmp"), file);
    disk.syncDirectory(directory);

    assertThat(leftByCuts()).contains("", "new");
  }

  @Test
  void unsyncedDeletionMayComeBack() throws IOException {
    durable("old");
    disk.delete(file);

    assertThatThrownBy(() -> disk.open(file)).isInstanceOf(NoSuchFileException.class);
    assertThat(leftByCuts()).containsExactlyInAnyOrder("old", "(no file)");
  }

  @Test
  void directoryWhoseMakingFailedMayBeLostWithItsFilesUntilItsNameIsSynced() throws IOException {
    Path below = directory.resolve("below");
    disk.strike(Fault.LATE_ERROR, 1);
    assertThatThrownBy(() -> disk.createDirectories(below)).isInstanceOf(IOException.class);
    DiskFile open = disk.create(below.resolve("file"));
    write(open, "text", 0);
    open.force(true);
    disk.syncDirectory(below);

    CrashingDisk next = disk.kill(1);
    assertThat(leftByCuts(next.otherProcess(), below.resolve("file")))
        .containsExactlyInAnyOrder("text", "(no file)");

    next.createDirectories(below);
    next.syncDirectory(directory);
    assertThat(leftByCuts(next, below.resolve("file"))).containsExactly("text");
  }

  @Test
  void sameSeedLeavesTheSame() throws IOException {
    write(durable("forced"), "x".repeat(5_000), 6);

    assertThat(text(disk.crash(7), file)).isEqualTo(text(disk.crash(7), file));
  }

  @Test
  void killKeepsAllThatWasWrittenAndFreesTheLocks() throws IOException {
    write(disk.create(file), "text", 0);
    Path lock = directory.resolve(".lock");
    assertThat(disk.tryLock(lock, 3)).isNotNull();

    CrashingDisk next = disk.kill(1);

    assertThat(text(next, file)).isEqualTo("text");
    assertThat(next.tryLock(lock, 3)).isNotNull();
    assertThatThrownBy(() -> disk.list(directory)).hasMessageContaining("ended");
  }

  @Test
  void lockExcludesBothProcessesByPosition() throws IOException {
    Path lock = directory.resolve(".lock");
    CrashingDisk other = disk.otherProcess();
    Closeable held = disk.tryLock(lock, 3);

    assertThat(disk.tryLock(lock, 3)).isNull();
    assertThat(other.tryLock(lock, 3)).isNull();
    assertThat(other.tryLock(lock, 4)).isNotNull();

    held.close();
    assertThat(other.tryLock(lock, 3)).isNotNull();
  }

  @Test
  void closingAnyHandleOfTheLockFileLosesTheLocksOfThatProcessOnly() throws IOException {
    Path lock = directory.resolve(".lock");
    CrashingDisk other = disk.otherProcess();
    disk.tryLock(lock, 3);
    other.tryLock(lock, 4);

    disk.read(lock).close();

    assertThat(other.tryLock(lock, 3)).isNotNull();
    assertThat(disk.tryLock(lock, 4)).isNull();
  }

  @Test
  void errorAtAStepLeavesItUndoneAndTheNextOneWorks() throws IOException {
    disk.strike(Fault.ERROR, 2);

    DiskFile open = disk.create(file);
    assertThatThrownBy(() -> write(open, "text", 0)).hasMessage("Input/output error");
    assertThat(disk.struck()).isTrue();
    assertThat(open.size()).isZero();
    write(open, "text", 0);
    assertThat(text(disk, file)).isEqualTo("text");
  }

  @Test
  void lateErrorLeavesItDone() throws IOException {
    DiskFile open = durable("");
    write(open, "text", 0);
    disk.strike(Fault.LATE_ERROR, 1);

    assertThatThrownBy(() -> open.force(false)).hasMessage("Input/output error");
    assertThat(leftByCuts()).containsExactly("text");
  }

  @Test
  void shortWriteTakesSomeBytesAndSaysSo() throws IOException {
    DiskFile open = disk.create(file);
    disk.strike(Fault.SHORT_WRITE, 1);

    int count = open.write(UTF_8.encode("0123456789"), 0);

    assertThat(count).isBetween(1, 9);
    assertThat(text(disk, file)).isEqualTo("0123456789".substring(0, count));
  }

  @Test
  void fullDiskTakesSomeBytesThenNoneUntilThereIsRoom() throws IOException {
    DiskFile open = disk.create(file);
    disk.strike(Fault.FULL, 1);

    assertThat(open.write(UTF_8.encode("0123456789"), 0)).isBetween(1, 9);
    assertThatThrownBy(() -> write(open, "x", 0)).hasMessage("No space left on device");
    assertThatThrownBy(() -> disk.create(directory.resolve("other")))
        .hasMessage("No space left on device");

    disk.heal();
    write(open, "x", 0);
  }

  @Test
  void forceThatFailsLosesBytesThatAreStillReadAndThatNoLaterForceBringsBack() throws IOException {
    DiskFile open = durable("");
    write(open, "x".repeat(2_048), 0);
    disk.strike(Fault.LOST_AT_FORCE, 1);

    assertThatThrownBy(() -> open.force(false)).hasMessage("Input/output error");
    open.force(false);

    assertThat(text(disk, file)).isEqualTo("x".repeat(2_048));
    assertThat(leftByCuts()).noneMatch(left -> left.contains("x"));
  }

  @Test
  void forceOnAFullDiskMayLoseBytesForGood() throws IOException {
    Set<String> left = new HashSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      CrashingDisk other = disk.crash(seed);
      DiskFile open = other.create(file);
      write(open, "x".repeat(2_048), 0);
      other.syncDirectory(directory);
      other.strike(Fault.FULL_AT_FORCE, 1);
      assertThatThrownBy(() -> open.force(false)).hasMessage("No space left on device");
      open.force(false);
      left.add(text(other.crash(seed), file));
    }

    assertThat(left).contains("x".repeat(2_048), "\0".repeat(2_048));
  }

  @Test
  void interruptClosesTheFile() throws IOException {
    DiskFile open = disk.create(file);
    disk.strike(Fault.INTERRUPT, 1);

    assertThatThrownBy(() -> write(open, "text", 0)).isInstanceOf(ClosedByInterruptException.class);
    assertThatThrownBy(() -> write(open, "text", 0)).isInstanceOf(ClosedChannelException.class);
    assertThat(disk.openFiles()).isZero();
  }

  @Test
  void powerCutEndsTheProcessAtTheStep() throws IOException {
    DiskFile open = durable("forced");
    disk.strike(Fault.POWER_CUT, 1);

    assertThatThrownBy(() -> write(open, "text", 6)).isInstanceOf(IOException.class);
    assertThat(disk.isDead()).isTrue();
    assertThatThrownBy(() -> open.force(false)).hasMessageContaining("ended");
    assertThat(leftByCuts()).contains("forced");
  }

  @Test
  void faultWaitsForAStepItCanStrike() throws IOException {
    disk.strike(Fault.LOST_AT_FORCE, 2);

    DiskFile open = durable("text");

    assertThat(disk.struck()).isFalse();
    assertThatThrownBy(() -> open.force(false)).isInstanceOf(IOException.class);
    assertThat(disk.steps()).isGreaterThan(5);
  }

  @Test
  void hookRunsOnceInTheMiddleOfAStep() throws IOException {
    StringBuilder seen = new StringBuilder();
    disk.during(Step.WRITE, () -> seen.append('x'));

    DiskFile open = disk.create(file);
    write(open, "one", 0);
    write(open, "two", 3);

    assertThat(seen).hasToString("x");
  }

  private void replaceOldByNew() throws IOException {
    durable("old");
    DiskFile replacement = disk.create(directory.resolve("file.tmp"));
    write(replacement, "new", 0);
    replacement.force(true);
    disk.move(directory.resolve("file.tmp"), file);
  }

  private DiskFile durable(String text) throws IOException {
    DiskFile open = disk.create(file);
    write(open, text, 0);
    open.force(true);
    disk.syncDirectory(directory);
    return open;
  }

  private Set<String> leftByCuts() {
    return leftByCuts(disk, file);
  }

  private static Set<String> leftByCuts(CrashingDisk disk, Path path) {
    Set<String> left = new HashSet<>();
    LongStream.range(0, SEEDS).forEach(seed -> left.add(text(disk.crash(seed), path)));
    return left;
  }

  private static void write(DiskFile file, String text, long position) throws IOException {
    ByteBuffer bytes = UTF_8.encode(text);
    file.write(bytes, position);
    assertThat(bytes.hasRemaining()).isFalse();
  }

  private static String text(CrashingDisk disk, Path path) {
    try (DiskFile open = disk.read(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(10_000);
      open.read(bytes, 0);
      return UTF_8.decode(bytes.flip()).toString();
    } catch (NoSuchFileException e) {
      return "(no file)";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
