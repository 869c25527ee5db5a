package io.github.resilientllm.internal.journal.check;

import io.github.resilientllm.internal.journal.file.Aside;
import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.FileState;
import io.github.resilientllm.internal.journal.file.LineReader;
import io.github.resilientllm.internal.journal.file.Names;
import io.github.resilientllm.internal.journal.file.NewFile;
import io.github.resilientllm.internal.journal.line.Line;
import io.github.resilientllm.internal.journal.line.LineEncoder;
import io.github.resilientllm.journal.JournalException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a conversation's file into a state that can be relied on, while its lock is held.
 *
 * <p>What may not be durable is copied to a new file, not forced where it is: after a failed force
 * the system may show bytes that the disk does not have, and say that all is well when asked again.
 */
public final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /** Smaller files are not worth the trouble of dropping what can be dropped. */
  private static final long WORTH_COMPACTING = 256 << 10;

  /** Holds the last entry and the mark behind it, mostly. */
  private static final long END = 16 << 10;

  private final Disk disk;
  private final FileOptions options;
  private final Supplier<String> incarnations;

  public Recovery(Disk disk, FileOptions options, Supplier<String> incarnations) {
    this.disk = disk;
    this.options = options;
    this.incarnations = incarnations;
  }

  /**
   * The state of a conversation that is about to be written.
   *
   * @throws JournalException {@code DAMAGED}
   */
  public FileState recover(Path path, String conversation) throws IOException {
    try (DiskFile file = disk.read(path)) {
      FileState left = leftInOrder(file, path, conversation);
      if (left != null) {
        return left;
      }
      Survey survey = survey(file, path, conversation);
      survey.requireIntact();
      boolean unsettled = survey.isInDoubt() && options.sync().forces();
      boolean compact = isWorthCompacting(survey.size(), survey.droppable());
      if (survey.isTorn()) {
        return cut(file, path, survey, compact);
      }
      if (unsettled || compact) {
        return copy(file, path, survey, compact);
      }
      if (survey.isAsItWasMade() && options.sync().forces()) {
        // Its name may not be durable: whoever gave it may have died before the directory's sync.
        disk.syncDirectory(Objects.requireNonNull(path.getParent()));
      }
      return new FileState(
          header(survey).file(),
          survey.lastSequence(),
          survey.size(),
          survey.safe(),
          survey.safe(),
          survey.streamed());
    } catch (NoSuchFileException e) {
      return FileState.none(incarnations.get());
    }
  }

  /**
   * A long file by its end alone, if it was closed in order: then all of it was durable, and what
   * may have rotted since is found by whoever reads it.
   *
   * @return null if it must be read whole
   */
  private @Nullable FileState leftInOrder(DiskFile file, Path path, String conversation)
      throws IOException {
    long size = file.size();
    if (size <= options.readWhole()) {
      return null;
    }
    long part = Math.min(END, size / 2);
    Survey end =
        Survey.ofEnd(file, path, conversation, size, options.maxLine(), part, Survey.Visitor.NONE);
    if (end == null || !end.isClosedInOrder()) {
      return null;
    }
    long streamed = end.streamed();
    return isWorthCompacting(size, streamed)
        ? null
        : new FileState(
            header(end).file(), end.lastSequence(), size, end.safe(), end.safe(), streamed);
  }

  private static boolean isWorthCompacting(long size, long droppable) {
    return size > WORTH_COMPACTING && droppable > size / 2;
  }

  /** What is cut off is kept beside the file, unless it is only the half of a line. */
  private FileState cut(DiskFile file, Path path, Survey survey, boolean compact)
      throws IOException {
    boolean isHalfALine = LineReader.hasNoLineFeed(file, survey.soundEnd(), survey.size());
    LOG.atWarn()
        .addKeyValue("file", path)
        .addKeyValue("offset", survey.soundEnd())
        .addKeyValue("bytes", survey.size() - survey.soundEnd())
        .addKeyValue("setAside", !isHalfALine)
        .log("A crash left an unfinished end that was never acknowledged; it is cut off");
    if (isHalfALine) {
      return copy(file, path, survey, compact);
    }
    Aside aside = new Aside(disk, path, options.sync().forces());
    Object before = file.key();
    Path kept = aside.keep(file, survey.soundEnd(), n -> Names.cut(path, n));
    try {
      return copy(file, path, survey, compact);
    } catch (IOException e) {
      if (isStill(before, path, survey.size())) {
        aside.drop(kept); // the end is where it was, and the next opening finds it again
      }
      throw e;
    }
  }

  /** Whether a file is surely the one that was looked at, and as long. */
  private boolean isStill(Object key, Path path, long size) {
    try (DiskFile now = disk.read(path)) {
      return now.key().equals(key) && now.size() == size;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Drops what says nothing any more.
   *
   * @return how many bytes were saved
   */
  public long compact(Path path, String conversation) throws IOException {
    try (DiskFile file = disk.read(path)) {
      Survey survey = survey(file, path, conversation);
      survey.requireIntact();
      if (survey.droppable() == 0) {
        return 0;
      }
      return survey.size() - copy(file, path, survey, true).length();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private Survey survey(DiskFile file, Path path, String conversation) throws IOException {
    return Survey.of(
        file, path, conversation, Long.MAX_VALUE, options.maxLine(), Survey.Visitor.NONE);
  }

  private static Line.Header header(Survey survey) {
    return Objects.requireNonNull(survey.header(), "an intact file has a header");
  }

  /** Copies what precedes the first problem, with or without what can be dropped. */
  private FileState copy(DiskFile from, Path path, Survey survey, boolean drop) throws IOException {
    Line.Header header = header(survey);
    boolean forces = options.sync().forces();
    try (NewFile to = new NewFile(disk, path, header, forces, survey.size())) {
      Copy copy = new Copy(to, survey, drop);
      Survey.of(from, path, header.conversation(), survey.size(), options.maxLine(), copy);
      if (copy.last != survey.lastSequence()) {
        throw new IOException("The file gave other bytes when it was read again");
      }
      long length = to.commit();
      long safe = forces ? length : 0;
      return new FileState(header.file(), copy.last, length, safe, safe, copy.streamed);
    }
  }

  private static final class Copy implements Survey.Visitor {
    private final NewFile to;
    private final Survey survey;
    private final boolean drop;
    private long last;
    private long streamed;

    Copy(NewFile to, Survey survey, boolean drop) {
      this.to = to;
      this.survey = survey;
      this.drop = drop;
    }

    @Override
    public void entry(Line.Entry entry, long offset, long length, boolean sound)
        throws IOException {
      boolean isPart = entry.sequence() > survey.lastSequence(); // of what was not written whole
      if (!sound || isPart || (drop && survey.canDrop(entry))) {
        return;
      }
      to.write(LineEncoder.entry(entry.movedAfter(last, false)));
      last = entry.sequence();
      streamed += entry.kind().isSaidAgain() ? length : 0;
    }
  }
}
