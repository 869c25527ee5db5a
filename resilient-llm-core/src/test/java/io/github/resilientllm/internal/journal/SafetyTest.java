package io.github.resilientllm.internal.journal;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.journal.PassingDisk.PassingFile;
import io.github.resilientllm.internal.journal.check.Findings;
import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileDisk;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.Names;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.testing.Pages;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others do to a journal's files is found, and nothing that was acknowledged goes with it. */
@SuppressWarnings("try") // some locks are only held
class SafetyTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  @TempDir Path directory;
  private Mode mode = Mode.BOUNDARY;
  private @Nullable Encryption keys;
  private boolean plainToo;
  private boolean isLockLost;
  private boolean busyWriters;
  private final List<Runnable> tasks = new ArrayList<>();
  private Instant now = NOW;
  private int lives;
  private Runnable beforeAppend = () -> {};
  private Runnable beforeCreate = () -> {};

  private JournalDirectory journal() {
    FileOptions options =
        new FileOptions(
            new SyncRule(mode, Duration.ofMillis(200)),
            1 << 20,
            1 << 30,
            10,
            keys,
            plainToo,
            FileOptions.READ_WHOLE,
            false);
    return new JournalDirectory(
        directory,
        options,
        new Watched(),
        new Writers(this::execute),
        (delay, task) -> {},
        () -> now,
        () -> "life" + ++lives);
  }

  private void execute(Runnable task) {
    if (busyWriters) {
      tasks.add(task);
    } else {
      task.run();
    }
  }

  /** The real disk, with hooks before something is added or made, and a lock that can be lost. */
  private final class Watched extends PassingDisk {
    Watched() {
      super(new FileDisk());
    }

    @Override
    public @Nullable Closeable tryLock(Path lockFile, long position) throws IOException {
      return isLockLost ? () -> {} : super.tryLock(lockFile, position);
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      Runnable hook = beforeCreate;
      beforeCreate = () -> {};
      hook.run();
      return super.create(file);
    }

    @Override
    DiskFile wrap(Path path, DiskFile file) {
      return new PassingFile(file) {
        @Override
        public int append(ByteBuffer from) throws IOException {
          Runnable hook = beforeAppend;
          beforeAppend = () -> {};
          hook.run();
          return super.append(from);
        }
      };
    }
  }

  private Path file() {
    return directory.resolve("c-a.jsonl");
  }

  @Test
  void aKindOfANewerVersionIsRefusedByItsNameAndNeverCut() throws IOException {
    unknown("\"kind\":\"asked\"", "\"kind\":\"branch\"", "the kind 'branch'");
  }

  @Test
  void aStateOfANewerVersionIsRefusedByItsNameAndNeverCut() throws IOException {
    unknown("\"state\":\"question_pending\"", "\"state\":\"paused\"", "the state 'paused'");
  }

  private void unknown(String known, String newer, String named) throws IOException {
    for (Mode each : List.of(Mode.BOUNDARY, Mode.NONE)) {
      mode = each;
      try (JournalDirectory journal = journal()) {
        journal.delete("a").join();
        Pages.write(journal, "a", 3);
      }
      List<String> lines = new ArrayList<>(Files.readAllLines(file()));
      int last = lines.size() - (each == Mode.NONE ? 1 : 2); // the mark of an orderly end
      lines = new ArrayList<>(lines.subList(0, last + 1));
      lines.set(last, summed(lines.get(last).substring(9).replace(known, newer)));
      Files.writeString(file(), String.join("\n", lines) + "\n");
      byte[] before = Files.readAllBytes(file());
      try (JournalDirectory journal = journal()) {
        assertUnknown(journal.open("a"), named);
        assertUnknown(journal.read("a"), named);
        assertThatThrownBy(() -> journal.repair("a")).hasMessageContaining(named);
        assertThatThrownBy(() -> journal.compact("a")).hasMessageContaining(named);
        assertThat(journal.head("a").join().orElseThrow().state())
            .isEqualTo(ConversationState.UNKNOWN);
        assertThat(journal.verify("a").problems().toString()).contains(named);
        assertThat(journal.verify("a").damaged()).isFalse();
        assertThat(journal.retention().shrinkTo(0)).isZero();
      }
      assertThat(file()).hasBinaryContent(before);
    }
  }

  private static void assertUnknown(CompletableFuture<?> refused, String named) {
    assertThatThrownBy(refused::join)
        .hasMessageContaining(named)
        .cause()
        .isInstanceOfSatisfying(
            JournalException.class,
            e -> assertThat(e.reason()).isEqualTo(JournalException.Reason.UNKNOWN));
  }

  private static String summed(String json) {
    CRC32C crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return "%08x %s".formatted(crc.getValue(), json);
  }

  @Test
  void whatIsCutOffIsSetAside() throws IOException {
    mode = Mode.NONE;
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 5);
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(file()));
    lines.set(3, "rot" + lines.get(3).substring(3));
    Files.writeString(file(), String.join("\n", lines) + "\n");
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 1);
      assertThat(journal.read("a").join()).hasSize(3);
      assertThat(directory.resolve("c-a.jsonl.cut-1"))
          .hasContent(String.join("\n", lines.subList(3, 6)));
      assertThat(journal.delete("a").join()).isTrue();
    }
    assertThat(directory.resolve("c-a.jsonl.cut-1")).doesNotExist();
  }

  @Test
  void theHalfOfALineIsNotWorthKeeping() throws IOException {
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 2);
    }
    Files.writeString(file(), "0123abcd {\"n\":3,", StandardOpenOption.APPEND);
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 1);
    }
    assertThat(directory.resolve("c-a.jsonl.cut-1")).doesNotExist();
  }

  @Test
  void halfOfWhatWasAppendedTogetherIsNeverRead() throws IOException {
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 2);
    }
    byte[] before = Files.readAllBytes(file());
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      log.append(Pages.entries(3, 5)).join();
    }
    byte[] after = Files.readAllBytes(file());
    for (int cut = before.length; cut < after.length; cut += 7) { // anywhere in each line
      Files.write(file(), Arrays.copyOf(after, cut));
      try (JournalDirectory journal = journal()) {
        List<JournalEntry> read = journal.read("a").join();
        assertThat(read.size()).as("cut at %d", cut).isIn(2, 5);
        assertThat(journal.readAfter("a", 2, 1).join().entries()).hasSize(read.size() - 2);
        try (Journal.Log log = journal.open("a").join()) {
          assertThat(log.lastSequence()).isEqualTo(read.size());
          log.append(Pages.entry(read.size() + 1)).join();
        }
        assertThat(journal.read("a").join()).isEqualTo(Pages.entries(1, read.size() + 1));
      }
    }
  }

  @Test
  void damageInWhatWasAppendedTogetherIsNamedByItsLine() throws IOException {
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      log.append(Pages.entries(1, 3)).join();
      log.append(entry(4)).join();
    }
    String whole = Files.readString(file());
    Files.writeString(file(), whole.replace("secret 2", "secreT 2"));
    try (JournalDirectory journal = journal()) {
      assertThatThrownBy(() -> journal.read("a").join())
          .hasMessageContaining("line 3")
          .hasMessageContaining("cannot be read");
      journal.repair("a");
      assertThat(journal.read("a").join())
          .extracting(JournalEntry::sequence)
          .containsExactly(1L, 3L, 4L);
    }
  }

  @Test
  void whatWasNotSealedIsRefusedWhereThereAreKeys() {
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 2);
    }
    keys = keys();
    try (JournalDirectory journal = journal()) {
      assertThatThrownBy(() -> journal.read("a").join()).hasMessageContaining("is not sealed");
    }
    plainToo = true;
    try (JournalDirectory journal = journal()) {
      assertThat(journal.read("a").join()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"n\":1,", "life1", "asked", "question_pending", "T12:", "conversation"})
  void whatIsSealedOpensOnlyAsTheSameEntryOfTheSameLife(String what) throws IOException {
    keys = keys();
    try (JournalDirectory journal = journal();
        Journal.Log log = journal.open("a").join()) {
      log.append(entry(1)).join();
    }
    String other =
        switch (what) {
          case "\"n\":1," -> "\"n\":2,\"since\":1,";
          case "life1" -> "life2";
          case "asked" -> "failed";
          case "question_pending" -> "idle";
          case "T12:" -> "T13:";
          default -> "";
        };
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file())) {
      String json = line.substring(9);
      boolean isOurs = what.equals("life1") || !json.contains("\"format\"");
      lines.add(summed(other.isEmpty() || !isOurs ? json : json.replace(what, other)));
    }
    String conversation = "a";
    if (other.isEmpty()) {
      conversation = "b";
      lines.set(
          0,
          summed(
              lines
                  .get(0)
                  .substring(9)
                  .replace("\"conversation\":\"a\"", "\"conversation\":\"b\"")));
    }
    Files.writeString(Names.file(directory, conversation), String.join("\n", lines) + "\n");
    try (JournalDirectory journal = journal()) {
      String id = conversation;
      assertThatThrownBy(() -> journal.read(id).join()).hasMessageContaining("does not open");
    }
  }

  @Test
  void noNonceIsUsedTwiceNorTakenFromTheNumbers() throws IOException {
    keys = keys();
    for (String id : List.of("a", "b")) {
      try (JournalDirectory journal = journal();
          Journal.Log log = journal.open(id).join()) {
        for (int n = 1; n <= 200; n++) {
          log.append(entry(n)).join();
        }
      }
    }
    Set<String> nonces = new HashSet<>();
    int[] ones = new int[96];
    for (String id : List.of("a", "b")) {
      Matcher sealed =
          Pattern.compile("\"sealed\":\"([^\"]+)\"")
              .matcher(Files.readString(Names.file(directory, id)));
      while (sealed.find()) {
        byte[] nonce = Arrays.copyOf(Base64.getDecoder().decode(sealed.group(1)), 12);
        nonces.add(Base64.getEncoder().encodeToString(nonce));
        for (int bit = 0; bit < 96; bit++) {
          ones[bit] += (nonce[bit / 8] >> (bit % 8)) & 1;
        }
      }
    }
    assertThat(nonces).hasSize(400);
    // Each bit of a random nonce is set in about half of 400: all within ten standard deviations.
    assertThat(Arrays.stream(ones).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(100, 300));
  }

  @Test
  void theChecksumCoversAllOfALongLine() throws IOException {
    try (JournalDirectory journal = journal()) {
      try (Journal.Log log = journal.open("a").join()) {
        log.append(Pages.entry(1, Kind.ASKED, "x".repeat(20_000))).join();
        log.append(entry(2)).join();
      }
    }
    byte[] bytes = Files.readAllBytes(file());
    bytes[15_000] ^= 1;
    Files.write(file(), bytes);
    try (JournalDirectory journal = journal()) {
      assertThatThrownBy(() -> journal.read("a").join()).hasMessageContaining("is damaged");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"BOUNDARY", "NONE"})
  void twoWritersThatLostTheirLockNeverOverwriteEachOther(Mode sync) {
    mode = sync;
    isLockLost = true;
    try (JournalDirectory first = journal();
        JournalDirectory second = journal()) {
      Pages.write(first, "a", 2);
      Journal.Log one = first.open("a").join();
      Journal.Log two = second.open("a").join();
      CompletableFuture<?>[] inBetween = new CompletableFuture<?>[1];
      beforeAppend = () -> inBetween[0] = two.append(Pages.entry(3, "of the second"));
      CompletableFuture<Void> outer = one.append(Pages.entry(3, "of the first"));

      // Both found the file as they had left it; the second one's bytes are in front.
      assertThat(inBetween[0]).isCompleted();
      assertThat(outer).isCompletedExceptionally();
      assertThatThrownBy(outer::join).hasMessageContaining("Another writer has taken");
      one.close();
      two.close();
      assertThat(second.read("a").join().get(2).body()).contains("of the second");
      try (Journal.Log next = second.open("a").join()) {
        assertThat(next.lastSequence()).isEqualTo(3);
        next.append(entry(4)).join();
      }
      assertThat(second.verify("a").problems()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"BOUNDARY", "NONE"})
  void aWriterThatLostTheFileAddsNothingToIt(Mode sync) throws IOException {
    mode = sync;
    isLockLost = true;
    try (JournalDirectory first = journal();
        JournalDirectory second = journal()) {
      Pages.write(first, "a", 2);
      Journal.Log one = first.open("a").join();
      one.append(entry(3)).join();
      Journal.Log two = second.open("a").join();
      two.append(entry(4)).join();
      byte[] before = Files.readAllBytes(file());

      assertThat(one.append(Pages.entry(4, "too late"))).isCompletedExceptionally();
      assertThat(file()).hasBinaryContent(before);
    }
  }

  @Test
  void whatAWriterLeftThatLostItsLockHidesNoEntry() {
    isLockLost = true;
    try (JournalDirectory first = journal();
        JournalDirectory second = journal()) {
      Pages.write(first, "a", 2);
      Journal.Log one = first.open("a").join();
      Journal.Log two = second.open("a").join();
      List<JournalEntry> kept = large(3, 32, "kept");
      beforeAppend = () -> kept.forEach(entry -> two.append(List.of(entry)).join());
      assertThat(one.append(large(3, 22, "too late"))).isCompletedExceptionally();
      one.close();
      two.close();

      Collections.reverse(kept); // or each would be found behind the one before
      for (JournalEntry entry : kept) {
        assertThat(second.readAfter("a", entry.sequence() - 1, 1).join().entries())
            .containsExactly(entry);
      }
    }
  }

  private static List<JournalEntry> large(long first, long last, String text) {
    return LongStream.rangeClosed(first, last)
        .mapToObj(n -> Pages.entry(n, text.repeat(10_000 / text.length())))
        .collect(toList());
  }

  @Test
  void aFileThatGrewIsNotReplaced() {
    isLockLost = true;
    try (JournalDirectory first = journal();
        JournalDirectory second = journal()) {
      try (Journal.Log log = first.open("a").join()) {
        log.append(Pages.entry(1, Kind.ASKED, "q")).join();
        log.append(Pages.entry(2, Kind.ATTEMPT, "x")).join();
        log.append(Pages.entry(3, Kind.ANSWERED, "a")).join();
      }
      Journal.Log two = second.open("a").join();
      beforeCreate = () -> two.append(entry(4)).join();

      assertThatThrownBy(() -> first.compact("a")).hasMessageContaining("Another writer has taken");
      assertThat(second.read("a").join()).hasSize(4);
      two.close();
    }
  }

  @Test
  void aFileThatWasReplacedOrDeletedIsNoticedAtTheNextAppend() throws IOException {
    for (boolean deletes : new boolean[] {true, false}) {
      for (Kind kind : List.of(Kind.ASKED, Kind.ATTEMPT)) {
        try (JournalDirectory journal = journal()) {
          journal.delete("a").join();
          Journal.Log log = journal.open("a").join();
          log.append(entry(1)).join();
          log.append(entry(2)).join();
          Path copy =
              Files.copy(file(), directory.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
          Files.delete(file());
          if (!deletes) {
            Files.move(copy, file());
          }

          assertThat(log.held()).isCompletedExceptionally();
          CompletableFuture<Void> append = log.append(Pages.entry(3, kind, "more"));
          assertThatThrownBy(append::join)
              .cause()
              .isInstanceOfSatisfying(
                  JournalException.class,
                  e -> assertThat(e.reason()).isEqualTo(JournalException.Reason.LOST));
          log.close();
        }
      }
    }
  }

  @Test
  void swappedFilesAreFoundByEveryLook() throws IOException {
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 1);
      Pages.write(journal, "b", 2);
    }
    Path b = directory.resolve("c-b.jsonl");
    Path aside = directory.resolve("aside");
    Files.move(file(), aside);
    Files.move(b, file());
    Files.move(aside, b);
    try (JournalDirectory journal = journal()) {
      assertThat(journal.list().join())
          .extracting(Journal.Head::state)
          .containsOnly(ConversationState.DAMAGED);
      assertThat(journal.verifyAll()).allMatch(Findings::damaged).hasSize(2);
      assertThat(journal.retention().shrinkTo(0)).isZero();
    }
  }

  @Test
  void aClockThatWasBehindDoesNotMakeAConversationOld() throws IOException {
    now = Instant.now();
    try (JournalDirectory journal = journal()) {
      try (Journal.Log log = journal.open("a").join()) {
        log.append(new JournalEntry(1, Instant.EPOCH, Kind.ASKED, ConversationState.IDLE, "{}"))
            .join();
      }
      assertThat(journal.retention().deleteOlderThan(Duration.ofDays(1))).isZero();
      Files.setLastModifiedTime(file(), FileTime.from(now.minus(Duration.ofDays(2))));
      assertThat(journal.retention().deleteOlderThan(Duration.ofDays(1))).isEqualTo(1);
    }
  }

  @Test
  void whatACrashLeftOfANewVersionIsDeletedInTime() throws IOException {
    now = Instant.now();
    Path left = directory.resolve("c-gone.jsonl.tmp");
    Files.writeString(left, "half");
    try (JournalDirectory journal = journal()) {
      journal.retention().deleteOlderThan(Duration.ofDays(1));
      assertThat(left).exists();
      Files.setLastModifiedTime(left, FileTime.from(now.minus(Duration.ofDays(2))));
      journal.retention().deleteOlderThan(Duration.ofDays(1));
      assertThat(left).doesNotExist();
    }
  }

  @Test
  void theLockIsHeldUntilTheQueueIsWritten() throws IOException {
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 2);
      Journal.Log log = journal.open("a").join();
      busyWriters = true;
      CompletableFuture<Void> append = log.append(entry(3));
      log.close();
      assertThat(append).isNotDone();
      List<Boolean> free = new ArrayList<>();
      beforeAppend = () -> free.add(isFree());
      runTasks();
      assertThat(append).isCompleted();
      assertThat(free).containsExactly(false);
      assertThat(isFree()).isTrue();
      busyWriters = false;
    }
  }

  @Test
  void whoWaitsForAPieceIsToldAtTheEndOfTheLogWhateverTheTimerDoes() {
    try (JournalDirectory journal = journal()) {
      Pages.write(journal, "a", 1);
      Journal.Log log = journal.open("a").join();
      CompletableFuture<Void> piece = log.append(Pages.entry(2, Kind.PROGRESS, "piece"));
      assertThat(piece).isNotDone();
      log.close();
      assertThat(piece).isCompleted();
    }
  }

  private boolean isFree() {
    try (Closeable lock =
        new FileDisk().tryLock(directory.resolve(Names.LOCK), Names.lockPosition(file()))) {
      return lock != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove(0).run();
    }
  }

  private static JournalEntry entry(long n) {
    return new JournalEntry(
        n, NOW, Kind.ASKED, ConversationState.QUESTION_PENDING, "{\"text\":\"secret " + n + "\"}");
  }

  private static Encryption keys() {
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
}
