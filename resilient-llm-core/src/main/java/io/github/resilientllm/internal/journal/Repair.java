package io.github.resilientllm.internal.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks for damage, and on request makes a file valid again: with every entry that can be read, in
 * the order of their numbers, and with a note wherever numbers are missing. The damaged file is
 * kept beside it.
 */
final class Repair {
  private static final int BUFFER = 128 << 10;
  private static final int MOST_SET_ASIDE = 1000;

  private final Disk disk;
  private final Options options;
  private final InstantSource clock;

  Repair(Disk disk, Options options, InstantSource clock) {
    this.disk = disk;
    this.options = options;
    this.clock = clock;
  }

  /** Reads all of a file; the conversation may be null if the header is to be trusted. */
  Findings verify(Path path, @Nullable String conversation) throws IOException {
    try (DiskFile file = disk.read(path)) {
      Survey survey = survey(file, path, conversation, Survey.Visitor.NONE);
      Line.Header header = survey.header();
      String id = header == null ? conversation : header.conversation();
      return Findings.of(id == null ? Names.id(path) : id, path, survey);
    }
  }

  /**
   * Repairs a file that is damaged; the lock is held.
   *
   * @return what was found before
   */
  Findings repair(Path path, String conversation) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    try (DiskFile file = disk.read(path)) {
      Survey survey =
          survey(
              file,
              path,
              conversation,
              (entry, offset, length, sound) ->
                  pieces.add(new Piece(entry.sequence(), offset, length)));
      if (survey.isDamaged()) {
        setAside(file, path);
        Line.Header header = header(survey, conversation);
        if (header == null || pieces.isEmpty()) {
          disk.delete(path);
          disk.syncDirectory(Objects.requireNonNull(path.getParent()));
        } else {
          rewrite(file, path, header, pieces);
        }
      }
      return Findings.of(conversation, path, survey);
    }
  }

  /** An entry that can be read, and where. */
  private record Piece(long sequence, long offset, long length) {}

  private Survey survey(
      DiskFile file, Path path, @Nullable String conversation, Survey.Visitor visitor)
      throws IOException {
    return Survey.of(file, path, conversation, Long.MAX_VALUE, options.maxLine(), visitor);
  }

  private Line.@Nullable Header header(Survey survey, String conversation) {
    String file = survey.file();
    if (survey.header() != null || file == null) {
      return survey.header();
    }
    String now = clock.instant().toString();
    return new Line.Header(LineEncoder.VERSION, conversation, file, 0, now);
  }

  /** A copy, so that the conversation is never without a file. */
  private void setAside(DiskFile file, Path path) throws IOException {
    try (DiskFile copy = createFree(path)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      long position = 0;
      while (file.read(buffer, position) > 0) {
        buffer.flip();
        int length = buffer.remaining();
        NewFile.writeFully(copy, buffer, position);
        position += length;
        buffer.clear();
      }
      copy.force(true);
    }
    disk.syncDirectory(Objects.requireNonNull(path.getParent()));
  }

  private DiskFile createFree(Path path) throws IOException {
    for (int n = 1; ; n++) {
      try {
        return disk.create(Names.damaged(path, n));
      } catch (FileAlreadyExistsException e) {
        if (n == MOST_SET_ASIDE) {
          throw e;
        }
      }
    }
  }

  private void rewrite(DiskFile from, Path path, Line.Header header, List<Piece> pieces)
      throws IOException {
    pieces.sort(Comparator.comparingLong(Piece::sequence));
    LineDecoder decoder = new LineDecoder();
    long last = 0;
    try (NewFile to = new NewFile(disk, path, header, true)) {
      for (Piece piece : pieces) {
        LineReader reader =
            new LineReader(from, piece.offset, piece.offset + piece.length, options.maxLine());
        if (piece.sequence == last || !reader.advance()) {
          continue; // twice there; one is enough
        }
        if (reader.decode(decoder) instanceof Line.Entry entry) {
          to.write(LineEncoder.entry(entry.movedAfter(last, true)));
          last = entry.sequence();
        }
      }
      to.commit();
    }
  }
}
