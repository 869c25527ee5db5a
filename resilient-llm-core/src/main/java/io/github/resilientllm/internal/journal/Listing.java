package io.github.resilientllm.internal.journal;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal.Listed;
import io.github.resilientllm.journal.JournalException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conversations in a directory, by the first and the last line of each file. */
final class Listing {
  /** Holds a header with the longest id, and the last lines of most files. */
  private static final int BLOCK = 8 << 10;

  private final Disk disk;
  private final Path directory;
  private final int maxLine;
  private final LineDecoder decoder = new LineDecoder();

  Listing(Disk disk, Path directory, int maxLine) {
    this.disk = disk;
    this.directory = directory;
    this.maxLine = maxLine;
  }

  List<Listed> list() throws IOException {
    List<Listed> listed = new ArrayList<>();
    for (Path path : conversations()) {
      Listed one = list(path);
      if (one != null) {
        listed.add(one);
      }
    }
    return listed;
  }

  /** One conversation; null if there is no such file. */
  @Nullable Listed list(Path path) throws IOException {
    try (DiskFile file = disk.read(path)) {
      return listed(path, file);
    } catch (NoSuchFileException e) {
      return null; // deleted meanwhile
    }
  }

  /** The files of conversations; none if there is no directory. */
  List<Path> conversations() throws IOException {
    try {
      return disk.list(directory).stream().filter(Names::isConversation).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private Listed listed(Path path, DiskFile file) throws IOException {
    long size = file.size();
    LineReader first = new LineReader(file, 0, Math.min(size, BLOCK), maxLine);
    if (first.advance() && first.decode(decoder) instanceof Line.Header header) {
      Line.Entry last = lastEntry(file, size, header);
      if (last != null) {
        return listed(header.conversation(), last.state(), last, size);
      }
    }
    return surveyed(path, file, size);
  }

  /** The last entry, if the file ends as it should; null if a closer look is needed. */
  private Line.@Nullable Entry lastEntry(DiskFile file, long size, Line.Header header)
      throws IOException {
    for (long block = BLOCK; ; block *= 4) {
      long from = Math.max(0, size - block);
      Line.Entry last = lastEntryFrom(file, from, size, header);
      if (last != null || from == 0 || block > 2L * maxLine) {
        return last;
      }
    }
  }

  private Line.@Nullable Entry lastEntryFrom(
      DiskFile file, long from, long size, Line.Header header) throws IOException {
    LineReader reader = new LineReader(file, from, size, maxLine);
    if (from > 0) {
      reader.advance(); // begins in the middle of a line
    }
    Line.Entry last = null;
    while (reader.advance()) {
      Line line = reader.decode(decoder);
      if (line == null || !line.file().equals(header.file()) || line.safe() > size) {
        return null;
      }
      if (line instanceof Line.Entry entry) {
        last = entry;
      }
    }
    return last;
  }

  private Listed surveyed(Path path, DiskFile file, long size) throws IOException {
    try {
      Survey survey = Survey.of(file, path, null, size, maxLine, Survey.Visitor.NONE);
      Line.Header header = survey.header();
      Line.Entry last = survey.lastEntry();
      if (header != null && last != null && !survey.isDamaged()) {
        return listed(header.conversation(), last.state(), last, size);
      }
      String id = header == null ? Names.id(path) : header.conversation();
      return listed(id, ConversationState.DAMAGED, last, size);
    } catch (JournalException e) { // of another version
      return listed(Names.id(path), ConversationState.DAMAGED, null, size);
    }
  }

  private static Listed listed(
      String id, ConversationState state, Line.@Nullable Entry last, long size) {
    if (last == null) {
      return new Listed(id, state, Instant.EPOCH, 0, size);
    }
    return new Listed(id, state, instant(last.at()), last.sequence(), size);
  }

  private static Instant instant(String text) {
    try {
      return Instants.parse(text);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }
}
