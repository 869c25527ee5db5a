package io.github.resilientllm.internal.journal;

import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Entries to lines, and a file to entries. */
final class Entries {
  private final Disk disk;
  private final Options options;
  private final Sealing sealing;

  Entries(Disk disk, Options options) {
    this.disk = disk;
    this.options = options;
    this.sealing = new Sealing(options.keys());
  }

  /** An entry's line. */
  byte[] encode(String conversation, JournalEntry entry, String file, long durable) {
    if (entry.body().length() > options.maxEntryBytes()) {
      throw tooLarge(entry, entry.body().length());
    }
    byte[] body = LineEncoder.utf8(entry.body());
    if (body.length > options.maxEntryBytes()) {
      throw tooLarge(entry, body.length);
    }
    return LineEncoder.entry(
        new Line.Entry(
            entry.sequence(),
            file,
            durable,
            entry.at().toString(),
            entry.kind(),
            entry.stateAfter(),
            Line.Gap.NONE,
            sealing.close(conversation, entry, body)));
  }

  private JournalException tooLarge(JournalEntry entry, int bytes) {
    return new JournalException(
        Reason.TOO_LARGE,
        "Entry %d has %d bytes or more and maxEntryBytes is %d; shorten it or allow more"
            .formatted(entry.sequence(), bytes, options.maxEntryBytes()));
  }

  /**
   * The entries of a file up to a length, those after a number; none if there is no file. An
   * unfinished end is left out: a writer may be at it.
   */
  List<JournalEntry> read(Path path, String conversation, long length, long after)
      throws IOException {
    List<JournalEntry> entries = new ArrayList<>();
    try (DiskFile file = disk.read(path)) {
      Survey.of(
              file,
              path,
              conversation,
              length,
              options.maxLine(),
              (entry, offset, bytes, sound) -> {
                if (sound && entry.sequence() > after) {
                  entries.add(decode(path, conversation, entry));
                }
              })
          .requireIntact();
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return entries;
  }

  private JournalEntry decode(Path path, String conversation, Line.Entry entry) {
    return new JournalEntry(
        entry.sequence(),
        Instants.parse(entry.at()),
        entry.kind(),
        entry.state(),
        sealing.open(path, conversation, entry));
  }
}
