package io.github.resilientllm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.testing.Pages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a file is found and named; nothing is skipped, nothing is made up. */
@SuppressWarnings("try") // some logs are only held
class DamageTest {
  private static final int ENTRIES = 9;

  @TempDir Path directory;
  private FileJournal journal;
  private Path file;
  private byte[] whole;

  @BeforeEach
  void writeAConversation() throws IOException {
    journal = FileJournal.at(directory);
    writeAndClose("a", ENTRIES);
    file = directory.resolve("c-a.jsonl");
    whole = Files.readAllBytes(file);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  @Test
  void aFlippedBitIsFoundWhereverItIs() throws IOException {
    int mark = lineStarts().get(ENTRIES + 1);
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= (byte) (1 << (i % 8));
      Files.write(file, flipped);

      if (i >= mark) { // which carries nothing
        assertThat(read("a")).isEqualTo(Pages.entries(1, ENTRIES));
      } else if (i == mark - 1) { // the line feed: the last entry and the mark are one torn line
        assertThat(read("a")).isEqualTo(Pages.entries(1, ENTRIES - 1));
      } else {
        assertDamaged("byte " + i);
      }
    }
  }

  @Test
  void whatIsLeftOfACutFileIsAPrefixOrRefused() throws IOException {
    List<Integer> starts = lineStarts();
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      int cut = length;
      int left = (int) starts.stream().filter(start -> start <= cut).count() - 2;
      try {
        assertThat(read("a")).isEqualTo(Pages.entries(1, Math.min(left, ENTRIES)));
        assertThat(left).as("the first entry came with the file").isPositive();
      } catch (JournalException e) {
        assertThat(e.reason()).isEqualTo(Reason.DAMAGED);
        assertThat(left).as("entries without a word of how much is durable").isLessThan(1);
      }
    }
  }

  @Test
  void aCutConversationGoesOnAfterWhatIsLeft() throws IOException {
    List<Integer> starts = lineStarts();
    for (int left = 1; left < ENTRIES; left++) {
      Files.write(file, Arrays.copyOf(whole, starts.get(left + 1) + 7));

      writeAndClose("a", 2);

      assertThat(read("a")).isEqualTo(Pages.entries(1, left + 2));
      assertThat(journal.verify("a").problems()).isEmpty();
    }
  }

  @Test
  void aDeletedLineIsMissed() throws IOException {
    for (int line = 0; line <= ENTRIES; line++) {
      List<byte[]> lines = lines();
      lines.remove(line);
      write(lines);
      assertDamaged("line " + line);
    }
  }

  @Test
  void swappedAndRepeatedLinesAreFound() throws IOException {
    for (int line = 0; line < ENTRIES; line++) {
      List<byte[]> lines = lines();
      Collections.swap(lines, line, line + 1);
      write(lines);
      assertDamaged("swapped " + line);

      lines = lines();
      lines.add(line, lines.get(line));
      write(lines);
      assertDamaged("repeated " + line);
    }
  }

  @Test
  void damageIsNamedByLineByteAndEntries() throws IOException {
    List<byte[]> lines = lines();
    lines.get(5)[20] ^= 1;
    lines.get(6)[20] ^= 1;
    write(lines);

    assertThatThrownBy(() -> read("a"))
        .hasMessageStartingWith(
            "%s is damaged: line 6 at byte %d cannot be read (entries 5 to 6)."
                .formatted(file, lineStarts().get(5)))
        .hasMessageContaining("FileJournal.repair")
        .hasMessageNotContaining("secret");
    try (FileJournal fresh = FileJournal.at(directory)) {
      assertThatThrownBy(() -> fresh.open("a").join()).hasMessageContaining("line 6 at byte");
    }
    assertThat(journal.verify("a").damaged()).isTrue();
    assertThat(journal.verify("a").problems())
        .containsExactly(
            "line 6 at byte %d cannot be read (entries 5 to 6)".formatted(lineStarts().get(5)),
            "line 7 at byte %d cannot be read (entries 5 to 6)".formatted(lineStarts().get(6)));
  }

  @Test
  void aFileOfAnotherConversationIsRefused() throws IOException {
    writeAndClose("b", ENTRIES);
    Path other = directory.resolve("c-b.jsonl");
    List<byte[]> mixed = lines();
    mixed.set(ENTRIES, split(Files.readAllBytes(other)).get(ENTRIES));
    write(mixed);
    assertDamaged("a line of another conversation");

    Files.copy(other, file, REPLACE_EXISTING);
    assertThatThrownBy(() -> read("a"))
        .hasMessageContaining("is the header of another conversation");
    assertThat(journal.repair("a").damaged()).isTrue();
    assertThat(read("a")).as("nothing of the other one").isEmpty();
    assertThat(read("b")).isEqualTo(Pages.entries(1, ENTRIES));
  }

  @Test
  void aFileOfAFutureVersionIsLeftAlone() throws IOException {
    journal.delete("a").join();
    Files.writeString(file, "d392169c {\"format\":\"resilient-llm-journal\",\"version\":2}\n");
    JournalException thrown = catchThrowableOfType(JournalException.class, () -> read("a"));

    assertThat(thrown).hasMessageContaining("has version 2 of the format");
    assertThat(thrown.reason()).isEqualTo(Reason.UNKNOWN);
    assertThat(journal.list().join())
        .extracting(Journal.Head::state)
        .containsExactly(ConversationState.UNKNOWN);
  }

  @Test
  void aGigabyteOfGarbageIsDamage() throws IOException {
    try (RandomAccessFile garbage = new RandomAccessFile(file.toFile(), "rw")) {
      garbage.setLength(1L << 30); // sparse: zeros without room
    }
    assertDamaged("behind the conversation");

    try (RandomAccessFile garbage = new RandomAccessFile(file.toFile(), "rw")) {
      garbage.setLength(0);
      garbage.setLength(64 << 20);
    }
    assertDamaged("nothing but garbage");
    assertThat(journal.list().join())
        .extracting(Journal.Head::state)
        .containsExactly(ConversationState.DAMAGED);
  }

  @Test
  void aLineOfAHundredMegabytesIsDamage() throws IOException {
    byte[] part = new byte[1 << 20];
    Arrays.fill(part, (byte) 'x');
    try (RandomAccessFile garbage = new RandomAccessFile(file.toFile(), "rw")) {
      garbage.seek(whole.length);
      for (int i = 0; i < 100; i++) {
        garbage.write(part);
      }
      garbage.write('\n');
      garbage.write(lines().get(ENTRIES));
    }
    assertDamaged("a long line");
  }

  @Test
  void garbageThatWasNeverAcknowledgedIsCutOff() throws IOException {
    for (byte[] garbage :
        List.of(
            new byte[5000],
            new byte[] {(byte) 0xC3, '\n', (byte) 0xFF},
            "\n\n\n".getBytes(UTF_8))) {
      Files.write(file, concat(Files.readAllBytes(file), garbage));
      int before = read("a").size();
      assertThat(journal.verify("a").damaged()).isFalse();
      assertThat(journal.verify("a").problems()).isNotEmpty();

      writeAndClose("a", 1);

      assertThat(read("a")).isEqualTo(Pages.entries(1, before + 1));
      assertThat(journal.verify("a").problems()).isEmpty();
    }
  }

  @Test
  void invalidUtf8InTheMiddleIsDamage() throws IOException {
    List<byte[]> lines = lines();
    lines.set(4, new byte[] {(byte) 0xC3, (byte) 0x28, '\n'});
    write(lines);
    assertDamaged("invalid UTF-8");
  }

  @Test
  void theListNamesWhatIsDamagedAtItsEnd() throws IOException {
    List<byte[]> lines = lines();
    lines.get(ENTRIES)[15] ^= 1;
    write(lines);

    assertThat(journal.list().join())
        .extracting(Journal.Head::conversation, Journal.Head::state)
        .containsExactly(tuple("a", ConversationState.DAMAGED));
    assertThat(journal.verifyAll()).hasSize(1).allMatch(FileJournal.Check::damaged);
    assertThat(journal.shrinkTo(0)).as("damage is for people to see").isZero();
  }

  @Test
  void repairKeepsAllThatCanBeRead() throws IOException {
    List<byte[]> lines = lines();
    lines.get(5)[20] ^= 1;
    Collections.swap(lines, 8, 9);
    write(lines);
    byte[] damaged = Files.readAllBytes(file);

    assertThat(journal.repair("a").problems()).hasSizeGreaterThan(1);

    List<JournalEntry> left = new ArrayList<>(Pages.entries(1, ENTRIES));
    left.remove(4);
    assertThat(read("a")).isEqualTo(left);
    assertThat(journal.verify("a").problems()).isEmpty();
    assertThat(Files.readString(file)).contains("\"lost\":5");
    assertThat(file.resolveSibling("c-a.jsonl.damaged-1")).hasBinaryContent(damaged);

    writeAndClose("a", 1);
    assertThat(read("a")).hasSize(ENTRIES);
    assertThat(journal.repair("a").problems()).isEmpty();
    assertThat(journal.delete("a").join()).isTrue();
    assertThat(file.resolveSibling("c-a.jsonl.damaged-1")).doesNotExist();
  }

  @Test
  void repairDoesWithoutAHeader() throws IOException {
    List<byte[]> lines = lines();
    lines.get(0)[0] ^= 1;
    write(lines);

    journal.repair("a");

    assertThat(read("a")).isEqualTo(Pages.entries(1, ENTRIES));
  }

  @Test
  void repairWaitsForNobody() throws IOException {
    writeAndClose("b", 1);
    try (Journal.Log log = journal.open("b").join()) {
      assertThatThrownBy(() -> journal.repair("b")).hasMessageContaining("Another writer");
      assertThatThrownBy(() -> journal.compact("b")).hasMessageContaining("Another writer");
    }
    assertThat(journal.repair("none").problems()).isEmpty();
  }

  private void writeAndClose(String conversation, int count) {
    Pages.write(journal, conversation, count);
    journal.verify(conversation); // waits for the end of the writing
  }

  private void assertDamaged(String what) {
    JournalException thrown = catchThrowableOfType(JournalException.class, () -> read("a"));
    assertThat(thrown).as(what).isNotNull();
    assertThat(thrown.reason()).as(what).isEqualTo(Reason.DAMAGED);
    assertThat(thrown).hasMessageContaining(file.toString()).hasMessageNotContaining("secret");
  }

  private List<JournalEntry> read(String conversation) {
    try {
      return journal.read(conversation).join();
    } catch (CompletionException e) {
      throw (JournalException) e.getCause();
    }
  }

  private List<Integer> lineStarts() {
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int i = 0; i < whole.length; i++) {
      if (whole[i] == '\n') {
        starts.add(i + 1);
      }
    }
    return starts;
  }

  private List<byte[]> lines() {
    return split(whole);
  }

  private static List<byte[]> split(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        lines.add(Arrays.copyOfRange(bytes, start, i + 1));
        start = i + 1;
      }
    }
    return lines;
  }

  private void write(List<byte[]> lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    lines.forEach(bytes::writeBytes);
    Files.write(file, bytes.toByteArray());
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
