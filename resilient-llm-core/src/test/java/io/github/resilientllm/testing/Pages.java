package io.github.resilientllm.testing;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Entries for tests of journals, known by their numbers. */
public final class Pages {
  private static final Instant NOON = Instant.parse("2020-02-29T12:00:00Z");

  private Pages() {}

  /** The body of an entry. */
  public static String body(long n) {
    return "{\"text\":\"secret " + n + "\"}";
  }

  /** A boundary entry. */
  public static JournalEntry entry(long n) {
    return entry(n, "secret " + n);
  }

  /** A boundary entry with a text. */
  public static JournalEntry entry(long n, String text) {
    return entry(n, Kind.ASKED, text);
  }

  /** An entry with a text. */
  public static JournalEntry entry(long n, Kind kind, String text) {
    String body = "{\"text\":\"" + text + "\"}";
    return new JournalEntry(n, NOON, kind, ConversationState.QUESTION_PENDING, body);
  }

  /** Boundary entries from one number to another. */
  public static List<JournalEntry> entries(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(Pages::entry).toList();
  }

  /** Adds entries to a conversation, each acknowledged before the next. */
  public static void write(Journal journal, String conversation, int count) {
    try (Journal.Log log = journal.open(conversation).join()) {
      for (int i = 0; i < count; i++) {
        log.append(entry(log.lastSequence() + 1)).join();
      }
    }
  }

  /** Removes a directory and all in it. */
  public static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
