package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.FileJournal.Sync;
import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.testing.JournalContract;
import io.github.resilientllm.testing.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals in files keep to the contract in every mode, and to their own promises. */
@SuppressWarnings("try") // closing early is what some of them are about
class FileJournalTest {
  @TempDir Path directory;

  /** The contract for one way to build a journal. */
  abstract static class Contract extends JournalContract {
    abstract FileJournal.Builder builder();

    @Override
    protected Journal open() {
      return builder().build();
    }

    @Override
    protected Journal reopen(Journal journal) {
      journal.close();
      return open();
    }
  }

  @Nested
  class ByDefault extends Contract {
    @Override
    FileJournal.Builder builder() {
      return FileJournal.builder(directory);
    }
  }

  @Nested
  class ForcedAtAnInterval extends Contract {
    @Override
    FileJournal.Builder builder() {
      return FileJournal.builder(directory).sync(Sync.interval(Duration.ofMillis(5)));
    }
  }

  @Nested
  class NeverForced extends Contract {
    @Override
    FileJournal.Builder builder() {
      return FileJournal.builder(directory).sync(Sync.none());
    }
  }

  @Nested
  class AlwaysForcedAndEncrypted extends Contract {
    @Override
    FileJournal.Builder builder() {
      return FileJournal.builder(directory)
          .sync(Sync.everyEvent())
          .encryption(
              new Encryption() {
                @Override
                public String currentKey() {
                  return "k1";
                }

                @Override
                public SecretKey key(String id) {
                  return new SecretKeySpec(new byte[32], "AES");
                }
              });
    }
  }

  @Test
  void onlyTheOwnerMayReadWhatItMakes() throws IOException {
    Path made = directory.resolve("made/by/it");
    try (FileJournal journal = FileJournal.at(made)) {
      Pages.write(journal, "a", 1);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(made)) {
      assertThat(files.toList())
          .hasSize(2)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void aFileIsTextThatAnybodyCanRead() throws IOException {
    try (FileJournal journal = FileJournal.at(directory)) {
      Pages.write(journal, "Ticket 7", 2);
    }
    List<String> lines = Files.readAllLines(directory.resolve("c-=54icket=207.jsonl"));

    assertThat(lines).hasSize(4).allMatch(line -> line.matches("[0-9a-f]{8} \\{.*}"));
    assertThat(lines.get(0).substring(9))
        .startsWith(
            "{\"format\":\"resilient-llm-journal\",\"version\":1,\"conversation\":\"Ticket 7\",");
    assertThat(lines.get(1).substring(9))
        .startsWith("{\"n\":1,")
        .endsWith(
            "\"kind\":\"asked\",\"state\":\"question_pending\",\"body\":" + Pages.body(1) + "}");
    assertThat(lines.get(3).substring(9)).contains("\"safe\":").doesNotContain("\"n\":");
  }

  @Test
  void aDirectoryThatVanishesIsNamed() throws IOException {
    Path gone = directory.resolve("gone");
    try (FileJournal journal = FileJournal.at(gone);
        Journal.Log log = journal.open("a").join()) {
      log.append(Pages.entry(1)).join();
      log.append(Pages.entry(2)).join();
      Pages.deleteAll(gone);

      assertThatThrownBy(() -> log.append(Pages.entry(3)).join())
          .hasMessageContaining(gone.resolve("c-a.jsonl").toString())
          .hasMessageContaining("it was deleted");
      assertThat(journal.list().join()).isEmpty();
      assertThat(journal.read("a").join()).isEmpty();
    }
  }

  @Test
  void aDirectoryThatIsAFileIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    try (FileJournal journal = FileJournal.at(file)) {
      assertThatThrownBy(() -> journal.open("a").join())
          .hasMessageContaining("Opening " + file)
          .hasMessageContaining("FileAlreadyExistsException");
    }
  }

  @Test
  void twoJournalsInOneProcessShareADirectory() throws IOException {
    Path other = directory.resolve("link");
    Path real = Files.createDirectory(directory.resolve("real"));
    Files.createSymbolicLink(other, real);
    try (FileJournal one = FileJournal.at(real);
        FileJournal two = FileJournal.at(other);
        Journal.Log log = one.open("a").join()) {
      assertThatThrownBy(() -> two.open("a").join()).hasMessageContaining("Another writer");
      log.append(Pages.entry(1)).join();
      log.close();
      try (Journal.Log next = two.open("a").join()) {
        next.append(Pages.entry(2)).join();
      }
      try (Journal.Log next = one.open("a").join()) {
        assertThat(next.lastSequence()).isEqualTo(2);
        next.append(Pages.entry(3)).join();
      }
      assertThat(two.read("a").join()).isEqualTo(Pages.entries(1, 3));
    }
  }

  @Test
  void anotherProcessIsKeptOutWhateverThisOneReads() throws Exception {
    try (FileJournal journal = FileJournal.at(directory);
        FileJournal other = FileJournal.at(directory);
        Journal.Log log = journal.open("a").join()) {
      log.append(Pages.entry(1)).join();
      other.open("b").join().close();
      other.read("a").join();
      other.list().join();
      other.delete("b").join();
      other.close();

      assertThat(OtherWriter.run(directory, "a")).isEqualTo("BUSY");
      assertThat(OtherWriter.run(directory, "b")).isEqualTo("wrote 1");
      log.append(Pages.entry(2)).join();
    }
    assertThat(OtherWriter.run(directory, "a")).isEqualTo("wrote 3");
  }

  @Test
  void boundsAreKept() {
    FileJournal.Builder small =
        FileJournal.builder(directory)
            .maxEntryBytes(1024)
            .maxConversationBytes(1 << 20)
            .maxOpenLogs(1);
    try (FileJournal journal = small.build();
        Journal.Log log = journal.open("a").join()) {
      assertThatThrownBy(() -> journal.open("b").join()).hasMessageContaining("maxOpenLogs");
      assertThatThrownBy(() -> log.append(Pages.entry(1, "x".repeat(1024))).join())
          .hasMessageContaining("maxEntryBytes is 1024");
      String text = "x".repeat(900);
      assertThatThrownBy(
              () -> {
                CompletableFuture<Void> append = CompletableFuture.completedFuture(null);
                for (long n = 1; !append.isCompletedExceptionally(); n++) {
                  append = log.append(Pages.entry(n, text));
                }
                append.join();
              })
          .hasMessageContaining("maxConversationBytes (1048576)");
      log.held().join(); // behind what was appended
      log.close();
      long firstAndLastLine = 1024; // which are no entries
      assertThat(journal.list().join().get(0).bytes())
          .isBetween(1_000_000L, (1L << 20) + firstAndLastLine);
      journal.open("b").join().close();
    }
  }

  @Test
  void oldConversationsAreDeletedOnRequest() {
    try (FileJournal journal = FileJournal.at(directory)) {
      Pages.write(journal, "old", 2);
      Pages.write(journal, "older", 1);
      try (Journal.Log held = journal.open("oldest").join()) {
        held.append(Pages.entry(1)).join();

        assertThat(journal.deleteOlderThan(Duration.ofDays(100_000))).isZero();
        assertThat(journal.deleteOlderThan(ChronoUnit.FOREVER.getDuration())).isZero();
        assertThat(journal.deleteOlderThan(Duration.ofMillis(1))).isEqualTo(2);
        assertThat(journal.list().join())
            .extracting(Journal.Head::conversation)
            .containsOnly("oldest");
        assertThat(journal.shrinkTo(0)).isZero();
      }
      assertThat(journal.shrinkTo(10_000)).isZero();
      assertThat(journal.shrinkTo(0)).isEqualTo(1);
    }
  }
}
