package io.github.resilientllm.internal.journal.check;

import io.github.resilientllm.internal.journal.file.Aside;
import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.LineReader;
import io.github.resilientllm.internal.journal.file.Names;
import io.github.resilientllm.internal.journal.file.NewFile;
import io.github.resilientllm.internal.journal.line.Line;
import io.github.resilientllm.internal.journal.line.LineDecoder;
import io.github.resilientllm.internal.journal.line.LineEncoder;
import java.io.IOException;
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
public final class Repair {
  private final Disk disk;
  private final FileOptions options;
  private final InstantSource clock;

  public Repair(Disk disk, FileOptions options, InstantSource clock) {
    this.disk = disk;
    this.options = options;
    this.clock = clock;
  }

  /** Reads all of a file; the conversation may be null if the header is to be trusted. */
  public Findings verify(Path path, @Nullable String conversation) throws IOException {
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
  public Findings repair(Path path, String conversation) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    try (DiskFile file = disk.read(path)) {
      Survey survey =
          survey(
              file,
              path,
              conversation,
              new Survey.Visitor() {
                private String before = "";

                @Override
                public void entry(Line.Entry entry, long offset, long length, boolean sound) {
                  pieces.add(new Piece(entry.sequence(), offset, length, before));
                  before = entry.at();
                }
              });
      survey.requireKnown();
      if (survey.isDamaged()) {
        new Aside(disk, path, true).keep(file, 0, n -> Names.damaged(path, n));
        Line.Header header = header(survey, conversation);
        if (header == null || pieces.isEmpty()) {
          disk.delete(path);
          disk.syncDirectory(Objects.requireNonNull(path.getParent()));
        } else {
          rewrite(file, path, header, pieces, survey.size());
        }
      }
      return Findings.of(conversation, path, survey);
    }
  }

  /** An entry that can be read, and where; and the instant that a short line goes on from. */
  private record Piece(long sequence, long offset, long length, String before) {}

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
    return new Line.Header(conversation, file, 0, now);
  }

  private void rewrite(DiskFile from, Path path, Line.Header header, List<Piece> pieces, long size)
      throws IOException {
    pieces.sort(Comparator.comparingLong(Piece::sequence));
    long last = 0;
    try (NewFile to = new NewFile(disk, path, header, true, size)) {
      for (Piece piece : pieces) {
        LineReader reader =
            new LineReader(from, piece.offset, piece.offset + piece.length, options.maxLine());
        if (piece.sequence == last || !reader.advance()) {
          continue; // twice there; one is enough
        }
        LineDecoder decoder = new LineDecoder(header.file(), piece.before);
        if (reader.decode(decoder) instanceof Line.Entry entry) {
          to.write(LineEncoder.entry(entry.movedAfter(last, true)));
          last = entry.sequence();
        }
      }
      to.commit();
    }
  }
}
