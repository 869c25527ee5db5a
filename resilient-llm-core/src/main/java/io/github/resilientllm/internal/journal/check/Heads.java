package io.github.resilientllm.internal.journal.check;

import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.LineReader;
import io.github.resilientllm.internal.journal.file.Names;
import io.github.resilientllm.internal.journal.line.Instants;
import io.github.resilientllm.internal.journal.line.Line;
import io.github.resilientllm.internal.journal.line.LineDecoder;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.Journal.Head;
import io.github.resilientllm.journal.Journal.Query;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conversations in a directory, by the first and the last line of each file. */
public final class Heads {
  /** Holds a header with the longest id, and the last lines of most files. */
  private static final int BLOCK = 8 << 10;

  private final Disk disk;
  private final Path directory;
  private final int maxLine;

  /** The files of a listing that was not read to its end, unless memory is short. */
  private volatile SoftReference<List<Dated>> known = new SoftReference<>(null);

  public Heads(Disk disk, Path directory, int maxLine) {
    this.disk = disk;
    this.directory = directory;
    this.maxLine = maxLine;
  }

  /**
   * One page. The files are told apart by when they were written to, which is asked for the first
   * page; of all pages only the files on them are read.
   */
  public Journal.Listing list(Query query) throws IOException {
    boolean begins = query.from().isEmpty();
    List<Dated> files = begins ? null : known.get();
    if (files == null) {
      files = newestFirst();
    }
    List<Head> heads = new ArrayList<>();
    for (int i = begins ? 0 : firstBehind(query.from(), files); i < files.size(); i++) {
      Dated file = files.get(i);
      Head head = head(file.path);
      if (head == null || !query.matches(head)) {
        continue;
      }
      heads.add(head);
      if (heads.size() == query.limit() && i + 1 < files.size()) {
        known = new SoftReference<>(files);
        return new Journal.Listing(heads, file.cursor());
      }
    }
    known.clear();
    return new Journal.Listing(heads, "");
  }

  private static int firstBehind(String cursor, List<Dated> newestFirst) {
    int low = 0;
    int high = newestFirst.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (newestFirst.get(middle).isBehind(cursor)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** All of them, in no order. */
  public List<Head> all() throws IOException {
    List<Head> heads = new ArrayList<>();
    for (Path path : conversations()) {
      Head head = head(path);
      if (head != null) {
        heads.add(head);
      }
    }
    return heads;
  }

  /** New versions in the making, or what crashes left of them. */
  public List<Path> temporaries() throws IOException {
    try {
      return disk.list(directory).stream().filter(Names::isTemporary).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private List<Dated> newestFirst() throws IOException {
    List<Dated> files = new ArrayList<>();
    for (Path path : conversations()) {
      try {
        files.add(new Dated(path, disk.modified(path)));
      } catch (NoSuchFileException e) {
        // deleted meanwhile
      }
    }
    files.sort(Comparator.comparing(Dated::modified).thenComparing(Dated::name).reversed());
    return files;
  }

  /** A file, and when it was last written to. */
  private record Dated(Path path, Instant modified) {
    String name() {
      return path.getFileName().toString();
    }

    /** A text that orders files as they are listed, the last one first. */
    String cursor() {
      long seconds = modified.getEpochSecond() - Long.MIN_VALUE; // so that none is negative
      return "%016x%08x%s".formatted(seconds, modified.getNano(), name());
    }

    boolean isBehind(String other) {
      return cursor().compareTo(other) < 0;
    }
  }

  /** One conversation; null if there is no such file. */
  public @Nullable Head head(Path path) throws IOException {
    try (DiskFile file = disk.read(path)) {
      return head(path, file);
    } catch (NoSuchFileException e) {
      return null; // deleted meanwhile
    }
  }

  /** The files of conversations; none if there is no directory. */
  public List<Path> conversations() throws IOException {
    try {
      return disk.list(directory).stream().filter(Names::isConversation).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private Head head(Path path, DiskFile file) throws IOException {
    long size = file.size();
    LineReader first = new LineReader(file, 0, Math.min(size, BLOCK), maxLine);
    if (first.advance()
        && first.decode(new LineDecoder()) instanceof Line.Header header
        && Names.isNameOf(path, header.conversation())) {
      Line.Entry last = lastEntry(file, size, header);
      if (last != null) {
        return head(header, last.state(), last, size);
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
    LineDecoder decoder = new LineDecoder(header.file(), "");
    Line.Entry last = null;
    while (reader.advance()) {
      Line line = reader.decode(decoder);
      if (line == null
          || line instanceof Line.Unknown
          || !line.file().equals(header.file())
          || line.safe() > size) {
        return null;
      }
      if (line instanceof Line.Entry entry) {
        last = entry;
      }
    }
    // A short line takes its instant from the line before, and the last of a group may be missing.
    return last == null || last.at().isEmpty() || last.more() > 0 ? null : last;
  }

  private Head surveyed(Path path, DiskFile file, long size) throws IOException {
    Survey survey = Survey.of(file, path, null, size, maxLine, Survey.Visitor.NONE);
    Line.Header header = survey.header();
    if (header == null) {
      header = new Line.Header(Names.id(path), "", 0, "");
    }
    Line.Entry last = survey.lastEntry();
    if (survey.isUnknown()) {
      return head(header, ConversationState.UNKNOWN, last, size);
    }
    return last == null || survey.isDamaged()
        ? head(header, ConversationState.DAMAGED, last, size)
        : head(header, last.state(), last, size);
  }

  private static Head head(
      Line.Header header, ConversationState state, Line.@Nullable Entry last, long size) {
    long sequence = last == null ? 0 : last.sequence();
    Instant at = last == null ? Instant.EPOCH : Instants.orEpoch(last.at());
    return Head.of(header.conversation(), header.file(), state, sequence, at).withBytes(size);
  }
}
