package io.github.resilientllm.internal.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.internal.journal.file.Names;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as docs/journal-format.md describes them, made here by its words alone. */
class FormatTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final String HEADER =
      "{\"format\":\"resilient-llm-journal\",\"version\":1,\"conversation\":\"example\","
          + "\"file\":\"5d0f3c8a1b2e4f60\",\"safe\":0     ,\"at\":\"2026-11-22T12:00:00Z\"}";
  private static final String ASKED =
      "{\"n\":1,\"file\":\"5d0f3c8a1b2e4f60\",\"safe\":0,\"at\":\"2026-11-22T12:00:00Z\","
          + "\"kind\":\"asked\",\"state\":\"question_pending\",\"body\":{\"text\":\"how long\"}}";

  @TempDir Path directory;

  private static byte[] line(String unsaid, String json) {
    CRC32C crc = new CRC32C();
    crc.update((unsaid + json).getBytes(UTF_8));
    return "%08x %s\n".formatted(crc.getValue(), json).getBytes(UTF_8);
  }

  private static byte[] line(String json) {
    return line("", json);
  }

  private static byte[] shortLine(String json) {
    return line("5d0f3c8a1b2e4f60", json);
  }

  private void file(byte[]... lines) throws IOException {
    int length = 0;
    for (byte[] line : lines) {
      length += line.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] line : lines) {
      all.put(line);
    }
    Files.write(directory.resolve("c-example.jsonl"), all.array());
  }

  private List<JournalEntry> read() {
    try (FileJournal journal = FileJournal.at(directory)) {
      return journal.read("example").join();
    }
  }

  private static JournalEntry entry(
      long n, Instant at, Kind kind, ConversationState state, String text) {
    return new JournalEntry(n, at, kind, state, "{\"text\":\"" + text + "\"}");
  }

  @Test
  void aFileByTheBookIsRead() throws IOException {
    file(
        line(HEADER.replace(",\"at\"", ",\"colour\":{\"deep\":[\"red\"]},\"at\"")),
        line(ASKED.replace(",\"kind\"", ",\"mood\":[1,{\"x\":null}],\"kind\"")),
        shortLine("{\"n\":2,\"ms\":80,\"text\":\" takes\"}"),
        shortLine("{\"n\":3,\"ms\":90,\"text\":\" three\"}"),
        line(
            ASKED
                .replace("\"n\":1", "\"n\":6")
                .replace("asked", "answered")
                .replace("question_pending", "idle")
                .replace(",\"body\"", ",\"since\":4,\"body\"")),
        line("{\"file\":\"5d0f3c8a1b2e4f60\",\"safe\":0,\"streamed\":98}"));

    assertThat(read())
        .containsExactly(
            entry(1, NOON, Kind.ASKED, ConversationState.QUESTION_PENDING, "how long"),
            entry(
                2,
                NOON.plusMillis(80),
                Kind.PROGRESS,
                ConversationState.STREAM_INTERRUPTED,
                " takes"),
            entry(
                3,
                NOON.plusMillis(170),
                Kind.PROGRESS,
                ConversationState.STREAM_INTERRUPTED,
                " three"),
            entry(6, NOON, Kind.ANSWERED, ConversationState.IDLE, "how long"));
  }

  @Test
  void aShortLineIsWrittenByTheBook() throws IOException {
    try (FileJournal journal = FileJournal.at(directory);
        Journal.Log log = journal.open("example").join()) {
      log.append(entry(1, NOON, Kind.ASKED, ConversationState.QUESTION_PENDING, "q")).join();
      log.append(
              entry(
                  2,
                  NOON.plusMillis(80),
                  Kind.PROGRESS,
                  ConversationState.STREAM_INTERRUPTED,
                  "word"))
          .join();
      List<String> lines = Files.readAllLines(directory.resolve("c-example.jsonl"));
      String life = log.incarnation();
      String expected =
          new String(line(life, "{\"n\":2,\"ms\":80,\"text\":\"word\"}"), UTF_8).trim();
      assertThat(lines.get(2)).isEqualTo(expected);
    }
  }

  @Test
  void aShortLineOfAnotherFileIsNoLine() throws IOException {
    file(
        line(HEADER),
        line(ASKED),
        line("0000000000000000", "{\"n\":2,\"ms\":80,\"text\":\" takes\"}"));

    assertThat(read()).hasSize(1);
  }

  @Test
  void digitsOfAChecksumAreLowerCase() throws IOException {
    byte[] asked = line(ASKED);
    String upper = new String(asked, 0, 8, US_ASCII).toUpperCase(Locale.ROOT);
    byte[] shouted = asked.clone();
    System.arraycopy(upper.getBytes(US_ASCII), 0, shouted, 0, 8);
    assertThat(shouted).isNotEqualTo(asked);
    file(line(HEADER), shouted);

    assertThat(read()).isEmpty();
  }

  @Test
  void anotherVersionIsRefusedByItsNumber() throws IOException {
    file(line(HEADER.replace("\"version\":1", "\"version\":2")), line(ASKED));

    assertThatThrownBy(this::read).hasMessageContaining("version 2 of the format");
    try (FileJournal journal = FileJournal.at(directory)) {
      assertThatThrownBy(() -> journal.repair("example")).hasMessageContaining("version 2");
    }
  }

  @Test
  void whatNoCrashLeavesIsDamage() throws IOException {
    String second = ASKED.replace("\"n\":1", "\"n\":2");
    assertDamaged("not 2", line(HEADER), line(ASKED), line(ASKED.replace("\"n\":1", "\"n\":3")));
    assertDamaged(
        "another file",
        line(HEADER),
        line(ASKED),
        line(second.replace("5d0f3c8a1b2e4f60", "0000000000000000")));
    assertDamaged(
        "missing", line(HEADER), line(ASKED), line(second.replace("\"safe\":0", "\"safe\":9999")));
    assertDamaged("second header", line(HEADER), line(ASKED), line(HEADER));
    assertDamaged("should be the header", line(ASKED), line(second));
    assertDamaged("another conversation", line(HEADER.replace("example", "another")), line(ASKED));
    assertDamaged("were durable", line(HEADER.replace("\"safe\":0    ", "\"safe\":99999")));
    String three = ASKED.replace("\"n\":1", "\"n\":3");
    assertDamaged(
        "breaks into",
        line(HEADER),
        line(ASKED.replace(",\"body\"", ",\"more\":2,\"body\"")),
        line(second),
        line(three));
  }

  @Test
  void aRepairKeepsTheTimesOfShortLines() throws IOException {
    String fourth = ASKED.replace("\"n\":1", "\"n\":4");
    byte[][] lines = {
      line(HEADER),
      line(ASKED),
      shortLine("{\"n\":2,\"ms\":80,\"text\":\" takes\"}"),
      "garbage\n".getBytes(US_ASCII),
      line(fourth.replace("\"safe\":0", "\"safe\":400"))
    };
    assertDamaged("cannot be read", lines);
    try (FileJournal journal = FileJournal.at(directory)) {
      journal.repair("example");
      assertThat(journal.read("example").join())
          .extracting(JournalEntry::sequence, JournalEntry::at)
          .containsExactly(tuple(1L, NOON), tuple(2L, NOON.plusMillis(80)), tuple(4L, NOON));
    }
    assertThat(Files.readString(directory.resolve("c-example.jsonl"))).contains("\"lost\":3");
  }

  private void assertDamaged(String what, byte[]... lines) throws IOException {
    file(lines);
    assertThatThrownBy(this::read).hasMessageContaining("is damaged").hasMessageContaining(what);
    try (FileJournal journal = FileJournal.at(directory)) {
      assertThatThrownBy(() -> journal.open("example").join()).hasMessageContaining(what);
    }
  }

  @Test
  void aSealedBodyByTheBookIsOpened() throws Exception {
    SecretKey key = new SecretKeySpec(new byte[32], "AES");
    byte[] nonce = new byte[12];
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
    for (byte[] part :
        List.of(
            "example".getBytes(UTF_8),
            "5d0f3c8a1b2e4f60".getBytes(US_ASCII),
            ByteBuffer.allocate(8).putLong(1).array(),
            "asked".getBytes(US_ASCII),
            "question_pending".getBytes(US_ASCII),
            "2026-11-22T12:00:00Z".getBytes(US_ASCII))) {
      cipher.updateAAD(ByteBuffer.allocate(4).putInt(part.length).array());
      cipher.updateAAD(part);
    }
    byte[] text = cipher.doFinal("{\"text\":\"how long\"}".getBytes(UTF_8));
    byte[] sealed = ByteBuffer.allocate(12 + text.length).put(nonce).put(text).array();
    String plain = "\"body\":{\"text\":\"how long\"}";
    String closed =
        "\"key\":\"k\",\"sealed\":\"" + Base64.getEncoder().encodeToString(sealed) + "\"";
    file(line(HEADER), line(ASKED.replace(plain, closed)));

    try (FileJournal journal = FileJournal.builder(directory).encryption(keys(key)).build()) {
      assertThat(journal.read("example").join())
          .containsExactly(
              entry(1, NOON, Kind.ASKED, ConversationState.QUESTION_PENDING, "how long"));
    }
  }

  private static Encryption keys(SecretKey key) {
    return new Encryption() {
      @Override
      public String currentKey() {
        return "k";
      }

      @Override
      public SecretKey key(String id) {
        return key;
      }
    };
  }

  @Test
  void filesAreCalledAndLockedByTheBook() {
    assertThat(Names.encode("Ticket 7-a_b")).isEqualTo("c-=54icket=207-a_b");
    assertThat(Names.encode("ö")).isEqualTo("c-=C3=B6");
    assertThat(Names.encode("x".repeat(118))).isEqualTo("c-" + "x".repeat(118));
    assertThat(Names.encode("ö".repeat(30)))
        .isEqualTo("c-" + "=C3=B6".repeat(9) + "=C3=~863d21b340bc218c8e172e37a86ce737");
    assertThat(Names.lockPosition(Path.of("c-a.jsonl"))).isEqualTo(2304991450101326176L);
  }
}
